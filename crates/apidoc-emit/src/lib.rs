//! Api to files, in memory.
