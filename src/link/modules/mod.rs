//! Which name means what, across files: imports, exports, module trees.
