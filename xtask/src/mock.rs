//! `cargo xtask mock`: runs the offline tenant at an address until it is stopped, and prints every request with what is
//! wrong with it. The tenant is behind the feature `mock`, so that generating code does not wait for a server to compile;
//! without the feature, the verb starts itself again with it.

use std::net::SocketAddr;

use anyhow::Result;
use clap::Args;

/// Run an offline tenant that answers like the real service, until it is stopped.
#[derive(Debug, Args)]
pub struct Mock {
    /// Where it listens; loopback only, port 0 for a free one
    #[arg(long, default_value = "127.0.0.1:8080", value_name = "IP:PORT")]
    addr: SocketAddr,
    /// Answer also what is not as the reference says
    #[arg(long)]
    lenient: bool,
    /// Answer as a newer server: unknown fields, unknown constants, nulls
    #[arg(long)]
    newer_server: bool,
}

/// Runs the verb.
///
/// # Errors
/// When the address cannot be listened on.
#[cfg(feature = "mock")]
pub fn run(args: &Mock) -> Result<()> {
    use superoffice_mock::{MockTenant, RecordedRequest};

    let mut tenant = MockTenant::builder();
    if args.lenient {
        tenant = tenant.lenient();
    }
    if args.newer_server {
        tenant = tenant.newer_server();
    }
    let tenant = tenant.on_request(|request: &RecordedRequest| {
        println!(
            "{} {} {}",
            request.status.as_u16(),
            request.method,
            request.path
        );
        for problem in &request.problems {
            println!("    {problem}");
        }
    });
    superoffice_mock::serve(args.addr, tenant, |tenant| {
        println!("listening on {}", tenant.url())
    })?;
    Ok(())
}

/// Runs the verb.
///
/// # Errors
/// When cargo fails.
#[cfg(not(feature = "mock"))]
pub fn run(args: &Mock) -> Result<()> {
    let addr = args.addr.to_string();
    let mut arguments = vec![
        "run",
        "--quiet",
        "--package",
        "xtask",
        "--features",
        "mock",
        "--",
        "mock",
        "--addr",
        &addr,
    ];
    arguments.extend(args.lenient.then_some("--lenient"));
    arguments.extend(args.newer_server.then_some("--newer-server"));
    crate::cargo::run(&crate::workspace::root()?, arguments)
}
