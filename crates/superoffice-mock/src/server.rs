//! The sockets: a thread of its own with listeners and connections, HTTP/1.1 by hyper. It takes an address and what the
//! tenant is to be, hands each whole request to the tenant and writes its answer, with the fault that the answer suffers.
//! Bodies beyond [`MAX_BODY`] are refused with 413.

use std::convert::Infallible;
use std::net::{SocketAddr, TcpListener};
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::Duration;
use std::{fmt, io, thread};

use bytes::Bytes;
use http::{HeaderValue, Request, Response, StatusCode, header};
use http_body_util::{BodyExt as _, LengthLimitError, Limited};
use hyper::body::{Body, Frame, Incoming as Stream};
use hyper::service::service_fn;
use hyper_util::rt::TokioIo;
use tokio::net::TcpStream;
use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};

use crate::builder::Options;
use crate::catalogue::Catalogue;
use crate::exchange::{Answer, Incoming};
use crate::fault::Fault;
use crate::tenant::{Sent, Tenant};
use crate::{Error, MockTenant};

/// Bytes of a request body that are read.
const MAX_BODY: usize = 256 << 20;

/// Bytes of one piece of an oversized answer.
const PIECE: &[u8] = &[b'x'; 16 << 10];

/// How long to wait after the system refused a connection, which happens when it is out of file handles.
const PAUSE: Duration = Duration::from_millis(20);

/// The way to a running server: new listeners go in; when it is dropped, the server ends.
#[derive(Debug)]
pub(crate) struct Handle {
    listeners: Option<UnboundedSender<TcpListener>>,
    thread: Option<thread::JoinHandle<()>>,
}

impl Handle {
    /// Listens on one more free port of the same interface and returns its address.
    pub(crate) fn listen_too(&self, like: SocketAddr) -> Result<SocketAddr, Error> {
        let (listener, address) = bind(SocketAddr::new(like.ip(), 0))?;
        let sender = self.listeners.as_ref().ok_or(Error::Stopped)?;
        sender.send(listener).map_err(|_| Error::Stopped)?;
        Ok(address)
    }

    /// Waits until the server ends, which it does on its own only when its thread cannot go on. That thread itself, on which whoever
    /// watches may drop the tenant, waits for nothing.
    pub(crate) fn wait(&mut self) {
        let here = thread::current().id();
        let thread = self.thread.take();
        if let Some(thread) = thread.filter(|thread| thread.thread().id() != here) {
            // A panic of that thread has been reported on standard error already, and there is nothing to clean up.
            let _panicked = thread.join().is_err();
        }
    }
}

impl Drop for Handle {
    fn drop(&mut self) {
        self.listeners = None;
        self.wait();
    }
}

/// Starts a tenant at `address`.
pub(crate) fn start(
    address: SocketAddr,
    catalogue: Arc<Catalogue>,
    options: Options,
) -> Result<MockTenant, Error> {
    let (listener, address) = bind(address)?;
    let tenant = Arc::new(Tenant::new(catalogue, options, origin(address)));
    let (sender, receiver) = unbounded_channel();
    sender.send(listener).map_err(|_| Error::Stopped)?;
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .map_err(Error::Thread)?;
    let served = Arc::clone(&tenant);
    let thread = thread::Builder::new()
        .name("superoffice-mock".to_owned())
        .spawn(move || runtime.block_on(serve(receiver, served)))
        .map_err(Error::Thread)?;
    let handle = Handle {
        listeners: Some(sender),
        thread: Some(thread),
    };
    Ok(MockTenant::running(tenant, address, handle))
}

/// Scheme, host and port.
pub(crate) fn origin(address: SocketAddr) -> String {
    format!("http://{address}")
}

fn bind(address: SocketAddr) -> Result<(TcpListener, SocketAddr), Error> {
    let failed = |error| Error::Listen(address, error);
    let listener = TcpListener::bind(address).map_err(failed)?;
    listener.set_nonblocking(true).map_err(failed)?;
    let bound = listener.local_addr().map_err(failed)?;
    Ok((listener, bound))
}

/// Serves every listener that comes in; ends, and drops all connections, when no more can come.
async fn serve(mut listeners: UnboundedReceiver<TcpListener>, tenant: Arc<Tenant>) {
    while let Some(listener) = listeners.recv().await {
        if let Ok(listener) = tokio::net::TcpListener::from_std(listener) {
            tokio::spawn(accept(listener, Arc::clone(&tenant)));
        }
    }
}

async fn accept(listener: tokio::net::TcpListener, tenant: Arc<Tenant>) {
    loop {
        match listener.accept().await {
            Ok((stream, _)) => {
                tokio::spawn(connection(stream, Arc::clone(&tenant)));
            }
            Err(_) => tokio::time::sleep(PAUSE).await,
        }
    }
}

async fn connection(stream: TcpStream, tenant: Arc<Tenant>) {
    let Ok(address) = stream.local_addr() else {
        return;
    };
    let service = service_fn(move |request| exchange(request, address, Arc::clone(&tenant)));
    let served = hyper::server::conn::http1::Builder::new()
        .serve_connection(TokioIo::new(stream), service)
        .await;
    // A connection that ends early is the caller's doing or a fault that was asked for.
    drop(served);
}

async fn exchange(
    request: Request<Stream>,
    address: SocketAddr,
    tenant: Arc<Tenant>,
) -> Result<Response<Transfer>, Broken> {
    let (parts, body) = request.into_parts();
    let body = match Limited::new(body, MAX_BODY).collect().await {
        Ok(body) => body.to_bytes(),
        Err(error) if error.is::<LengthLimitError>() => {
            let message = format!("more than {MAX_BODY} bytes");
            let answer = Answer::error(
                StatusCode::PAYLOAD_TOO_LARGE,
                "HttpRequestException",
                &message,
            );
            return Ok(whole(answer));
        }
        Err(_) => return Err(Broken),
    };
    let incoming = Incoming::new(parts, body, origin(address));
    let Sent { answer, suffering } = tenant.answer(&incoming);
    if !suffering.delay.is_zero() {
        tokio::time::sleep(suffering.delay).await;
    }
    send(answer, suffering.fault)
}

fn send(answer: Answer, fault: Option<Fault>) -> Result<Response<Transfer>, Broken> {
    match fault {
        Some(Fault::Reset) => Err(Broken),
        Some(Fault::Truncate) => {
            let length = answer.body.len();
            let half = answer.body.slice(..length / 2);
            Ok(transfer(answer, length.max(1), Transfer::Cut(Some(half))))
        }
        Some(Fault::Oversize(bytes)) => {
            let length = usize::try_from(bytes).unwrap_or(usize::MAX);
            Ok(transfer(answer, length, Transfer::Long(length)))
        }
        _ => Ok(whole(answer)),
    }
}

fn whole(answer: Answer) -> Response<Transfer> {
    let body = answer.body.clone();
    let length = body.len();
    transfer(answer, length, Transfer::Whole(Some(body)))
}

fn transfer(answer: Answer, length: usize, body: Transfer) -> Response<Transfer> {
    let mut response = Response::new(body);
    *response.status_mut() = answer.status;
    *response.headers_mut() = answer.headers;
    if answer.status != StatusCode::NO_CONTENT && answer.status != StatusCode::NOT_MODIFIED {
        response
            .headers_mut()
            .insert(header::CONTENT_LENGTH, HeaderValue::from(length));
    }
    response
}

/// The connection is to close without another byte.
#[derive(Debug)]
struct Broken;

impl fmt::Display for Broken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the connection breaks off")
    }
}

impl std::error::Error for Broken {}

impl From<Infallible> for Broken {
    fn from(never: Infallible) -> Self {
        match never {}
    }
}

/// A body on its way out.
#[derive(Debug)]
enum Transfer {
    /// All of it.
    Whole(Option<Bytes>),
    /// This much, then the connection breaks off.
    Cut(Option<Bytes>),
    /// So many bytes of filling.
    Long(usize),
}

impl Body for Transfer {
    type Data = Bytes;
    type Error = io::Error;

    fn poll_frame(
        self: Pin<&mut Self>,
        _: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, io::Error>>> {
        Poll::Ready(match self.get_mut() {
            Self::Whole(bytes) => bytes
                .take()
                .filter(|bytes| !bytes.is_empty())
                .map(|bytes| Ok(Frame::data(bytes))),
            Self::Cut(bytes) => Some(
                bytes
                    .take()
                    .map(Frame::data)
                    .ok_or_else(|| io::ErrorKind::ConnectionAborted.into()),
            ),
            Self::Long(left) => {
                let piece = PIECE.len().min(*left);
                *left -= piece;
                (piece > 0).then(|| Ok(Frame::data(Bytes::from_static(PIECE).slice(..piece))))
            }
        })
    }
}
