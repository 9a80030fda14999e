//! The correct forms that racelint prescribes.
