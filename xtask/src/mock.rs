//! `cargo xtask mock`: runs the offline tenant at an address until it is stopped, and prints every request with what is
//! wrong with it. The tenant is behind the feature `mock`, so that generating code does not wait for a server to compile;
//! without the feature, the verb starts itself again with it. It refuses what is no fault, address or pair of names.

#[cfg(not(feature = "mock"))]
use std::ffi::OsString;
use std::net::SocketAddr;

use anyhow::Result;
use clap::Args;

/// Run an offline tenant that answers like the real service, until it is stopped.
///
/// It accepts all credentials and none, unless some are given. Clients find it at the printed address, on premise
/// (ADDRESS/api) and online (ADDRESS/Cust12345/api, state and logins below ADDRESS).
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
    /// Answer keys that nobody saved with a neutral entity, instead of 404 or null
    #[arg(long)]
    invent: bool,
    /// Entities of every kind that are there at the start
    #[arg(long, default_value_t = 0, value_name = "NUMBER")]
    seed: usize,
    /// Rows of an archive page where a request asks for none or for more
    #[arg(long, default_value_t = 100, value_name = "ROWS")]
    page_size: usize,
    /// Name of the online tenant
    #[arg(long, default_value = "Cust12345", value_name = "NAME")]
    customer: String,
    /// Accept this user (may be repeated, as all credentials)
    #[arg(long, value_name = "USER:PASSWORD", value_parser = user)]
    basic: Vec<(String, String)>,
    /// Accept this access token
    #[arg(long, value_name = "TOKEN")]
    bearer: Vec<String>,
    /// Accept this ticket
    #[arg(long, value_name = "TICKET")]
    ticket: Vec<String>,
    /// Accept this token of a web panel
    #[arg(long, value_name = "TOKEN")]
    xsrf: Vec<String>,
    /// The application's secret: required with tickets, and by the logins
    #[arg(long, value_name = "SECRET")]
    app_token: Option<String>,
    /// Let requests fail: latency=MS, 429, 503; retry-after=S, html=502, reset, truncate, oversize=BYTES
    /// or moved, for all requests unless `; on=PATH`, `; every=N`, `; times=N` or `; after=N` follows
    #[arg(long, value_name = "FAULT")]
    fault: Vec<String>,
}

fn user(text: &str) -> Result<(String, String), &'static str> {
    let (name, password) = text.split_once(':').ok_or("a colon is missing")?;
    Ok((name.to_owned(), password.to_owned()))
}

/// Runs the verb.
///
/// # Errors
/// When a fault is none, or the address cannot be listened on.
#[cfg(feature = "mock")]
pub fn run(args: &Mock) -> Result<()> {
    use superoffice_mock::RecordedRequest;

    let tenant = options(args)?.on_request(|request: &RecordedRequest| {
        let RecordedRequest { method, path, .. } = request;
        log(format_args!("{} {method} {path}", request.status.as_u16()));
        for problem in &request.problems {
            log(format_args!("    {problem}"));
        }
    });
    superoffice_mock::serve(args.addr, tenant, |tenant| {
        log(format_args!("listening on {}", tenant.url()));
    })?;
    Ok(())
}

/// Prints a line; the tenant goes on answering also where that fails.
#[cfg(feature = "mock")]
fn log(line: impl std::fmt::Display) {
    use crate::cli;

    if let Err(error) = cli::println(line) {
        cli::eprintln(format_args!("error: {error:#}"));
    }
}

#[cfg(feature = "mock")]
fn options(args: &Mock) -> Result<superoffice_mock::Builder> {
    use superoffice_mock::{FaultRule, MockTenant};

    let mut tenant = MockTenant::builder()
        .seed(args.seed)
        .page_size(args.page_size)
        .customer(&args.customer);
    if args.lenient {
        tenant = tenant.lenient();
    }
    if args.newer_server {
        tenant = tenant.newer_server();
    }
    if args.invent {
        tenant = tenant.invent_entities();
    }
    for (user, password) in &args.basic {
        tenant = tenant.basic(user, password);
    }
    for token in &args.bearer {
        tenant = tenant.bearer(token);
    }
    for ticket in &args.ticket {
        tenant = tenant.ticket(ticket);
    }
    for token in &args.xsrf {
        tenant = tenant.xsrf(token);
    }
    if let Some(secret) = &args.app_token {
        tenant = tenant.app_token(secret);
    }
    for fault in &args.fault {
        tenant = tenant.fault(fault.parse::<FaultRule>()?);
    }
    Ok(tenant)
}

/// Runs the verb.
///
/// # Errors
/// When cargo fails.
#[cfg(not(feature = "mock"))]
pub fn run(_: &Mock) -> Result<()> {
    let again = "run --quiet --package xtask --features mock --";
    // The arguments as they were given, the verb first.
    let given = std::env::args_os().skip(1);
    let arguments = again.split(' ').map(OsString::from).chain(given);
    crate::cargo::run(&crate::workspace::root()?, arguments)
}
