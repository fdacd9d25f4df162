//! The command line: `cargo xtask`.

fn main() -> std::process::ExitCode {
    xtask::cli::main()
}
