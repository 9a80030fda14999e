//! racelint.
