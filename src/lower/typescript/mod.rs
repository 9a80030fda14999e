//! TypeScript and JavaScript: one file's text becomes its facts. Parser types never leave this folder.
