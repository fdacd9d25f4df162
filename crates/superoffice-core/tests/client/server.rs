//! A server that answers with exact bytes, on ordinary threads, and remembers what it was sent; and a transport without a network,
//! whose clock moves only when somebody sleeps.

use std::collections::VecDeque;
use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::{Duration, SystemTime};

use superoffice_core::transport::{
    BoxFuture, HttpTransport, Transport, TransportError, TransportErrorKind,
};
use superoffice_core::{Body, Client, ClientBuilder, Operation, RetryPolicy};

/// What a server was sent.
#[derive(Debug, Clone)]
pub(crate) struct Received {
    pub(crate) head: String,
    pub(crate) body: Vec<u8>,
}

impl Received {
    /// Method and target.
    pub(crate) fn line(&self) -> &str {
        self.head
            .lines()
            .next()
            .unwrap_or_default()
            .trim_end_matches(" HTTP/1.1")
    }

    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.head
            .lines()
            .skip(1)
            .filter_map(|line| line.split_once(':'))
            .find_map(|(key, value)| key.eq_ignore_ascii_case(name).then_some(value.trim()))
    }
}

/// What a server does after a request.
pub(crate) enum Reply {
    /// These bytes, and waits for the next request.
    Bytes(Vec<u8>),
    /// These bytes, and closes.
    Close(Vec<u8>),
    /// These bytes one by one, with this pause after each.
    Drip(Vec<u8>, Duration),
    /// The first at once, and then the second byte by byte.
    DripBody(Vec<u8>, Vec<u8>, Duration),
    /// These bytes, and then nothing for this long.
    Stall(Vec<u8>, Duration),
    /// This over and over.
    Endless(Vec<u8>, Vec<u8>),
}

/// A running server.
pub(crate) struct Server {
    pub(crate) address: String,
    received: Arc<Mutex<Vec<Received>>>,
    connections: Arc<AtomicUsize>,
}

impl Server {
    /// Answers every request by what `reply` says to it and its number.
    pub(crate) fn start(reply: impl Fn(&Received, usize) -> Reply + Send + Sync + 'static) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = format!("http://{}", listener.local_addr().unwrap());
        let received = Arc::new(Mutex::new(Vec::new()));
        let connections = Arc::new(AtomicUsize::new(0));
        let (log, count, reply) = (
            Arc::clone(&received),
            Arc::clone(&connections),
            Arc::new(reply),
        );
        thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                count.fetch_add(1, Ordering::SeqCst);
                let (log, reply) = (Arc::clone(&log), Arc::clone(&reply));
                thread::spawn(move || serve(stream, &log, &*reply));
            }
        });
        Self {
            address,
            received,
            connections,
        }
    }

    /// Answers the same to everything.
    pub(crate) fn always(response: impl Into<Vec<u8>>) -> Self {
        let response = closing(&response.into());
        Self::start(move |_, _| Reply::Close(response.clone()))
    }

    pub(crate) fn client(&self) -> Client {
        self.builder().build().unwrap()
    }

    pub(crate) fn builder(&self) -> ClientBuilder {
        Client::builder().base_url(&self.address).retry(quick())
    }

    pub(crate) fn received(&self) -> Vec<Received> {
        self.received.lock().unwrap().clone()
    }

    pub(crate) fn connections(&self) -> usize {
        self.connections.load(Ordering::SeqCst)
    }
}

/// A response that says that its connection ends, so that nobody uses it again.
fn closing(response: &[u8]) -> Vec<u8> {
    match response.iter().position(|byte| *byte == b'\n') {
        Some(end) => [
            &response[..=end],
            b"Connection: close\r\n",
            &response[end + 1..],
        ]
        .concat(),
        None => response.to_vec(),
    }
}

/// The usual policy with pauses that a test can wait for.
pub(crate) fn quick() -> RetryPolicy {
    RetryPolicy::default()
        .first_pause(Duration::from_millis(2))
        .longest_pause(Duration::from_millis(4))
}

fn serve(
    mut stream: TcpStream,
    log: &Mutex<Vec<Received>>,
    reply: &(dyn Fn(&Received, usize) -> Reply + Send + Sync),
) {
    while let Some(received) = receive(&mut stream) {
        let number = {
            let mut log = log.lock().unwrap();
            log.push(received.clone());
            log.len()
        };
        // Whoever called may have gone; then there is nobody to tell.
        if !answer(&mut stream, reply(&received, number)).is_ok_and(|goes_on| goes_on) {
            return;
        }
    }
}

/// Whether the connection goes on.
fn answer(stream: &mut TcpStream, reply: Reply) -> std::io::Result<bool> {
    match reply {
        Reply::Bytes(bytes) => stream.write_all(&bytes).map(|()| true),
        Reply::Close(bytes) => stream.write_all(&bytes).map(|()| false),
        Reply::Stall(bytes, pause) => {
            stream.write_all(&bytes)?;
            thread::sleep(pause);
            Ok(false)
        }
        Reply::Drip(bytes, pause) => drip(stream, &bytes, pause),
        Reply::DripBody(head, body, pause) => {
            stream.write_all(&head)?;
            drip(stream, &body, pause)
        }
        Reply::Endless(head, chunk) => {
            stream.write_all(&head)?;
            loop {
                stream.write_all(&chunk)?;
            }
        }
    }
}

fn drip(stream: &mut TcpStream, bytes: &[u8], pause: Duration) -> std::io::Result<bool> {
    for byte in bytes {
        stream.write_all(&[*byte])?;
        thread::sleep(pause);
    }
    Ok(false)
}

fn receive(stream: &mut impl Read) -> Option<Received> {
    let mut head = Vec::new();
    let mut byte = [0];
    while !head.ends_with(b"\r\n\r\n") {
        stream.read_exact(&mut byte).ok()?;
        head.push(byte[0]);
    }
    let mut received = Received {
        head: String::from_utf8_lossy(&head).into_owned(),
        body: Vec::new(),
    };
    if let Some(length) = received
        .header("content-length")
        .and_then(|length| length.parse().ok())
    {
        received.body = vec![0; length];
        stream.read_exact(&mut received.body).ok()?;
    } else if received.header("transfer-encoding").is_some() {
        received.body = receive_chunks(stream)?;
    }
    Some(received)
}

fn receive_chunks(stream: &mut impl Read) -> Option<Vec<u8>> {
    let mut body = Vec::new();
    loop {
        let mut line = Vec::new();
        let mut byte = [0];
        while !line.ends_with(b"\r\n") {
            stream.read_exact(&mut byte).ok()?;
            line.push(byte[0]);
        }
        let length = usize::from_str_radix(String::from_utf8_lossy(&line).trim(), 16).ok()?;
        let mut chunk = vec![0; length + 2];
        stream.read_exact(&mut chunk).ok()?;
        if length == 0 {
            return Some(body);
        }
        body.extend_from_slice(&chunk[..length]);
    }
}

/// A response with a body and its length.
pub(crate) fn response(status: &str, headers: &str, body: impl AsRef<[u8]>) -> Vec<u8> {
    let body = body.as_ref();
    let head = format!(
        "HTTP/1.1 {status}\r\nContent-Length: {}\r\n{headers}\r\n",
        body.len()
    );
    [head.as_bytes(), body].concat()
}

/// A response with JSON.
pub(crate) fn json(status: &str, body: impl AsRef<[u8]>) -> Vec<u8> {
    response(
        status,
        "Content-Type: application/json; charset=utf-8\r\n",
        body,
    )
}

pub(crate) const GET: Operation = Operation::get("Thing_Get", "/api/v1/Thing/{id}");
pub(crate) const LIST: Operation = Operation::get("Thing_List", "/api/v1/Thing");
pub(crate) const POST: Operation = Operation::post("Thing_Post", "/api/v1/Thing");
pub(crate) const PUT: Operation = Operation::put("Thing_Put", "/api/v1/Thing");
pub(crate) const DELETE: Operation = Operation::delete("Thing_Delete", "/api/v1/Thing");

/// A transport that answers from a list, and whose clock moves only when somebody sleeps.
#[derive(Clone)]
pub(crate) struct Scripted(Arc<Mutex<Script>>);

struct Script {
    now: SystemTime,
    /// The last one is repeated.
    answers: VecDeque<Line>,
    sent: usize,
    slept: Vec<Duration>,
}

/// One answer: status, headers and body, or a failure.
pub(crate) type Line = Result<(u16, Vec<(&'static str, String)>, &'static str), TransportErrorKind>;

impl Scripted {
    /// Begins 100 seconds before the date of RFC 9110's examples, 1994-11-06 08:49:37.
    pub(crate) fn new(answers: impl IntoIterator<Item = Line>) -> Self {
        let now = SystemTime::UNIX_EPOCH + Duration::from_secs(784_111_677);
        let answers = answers.into_iter().collect();
        Self(Arc::new(Mutex::new(Script {
            now,
            answers,
            sent: 0,
            slept: Vec::new(),
        })))
    }

    pub(crate) fn sent(&self) -> usize {
        self.0.lock().unwrap().sent
    }

    /// Pauses between attempts; timers of timeouts that were not needed do not count.
    pub(crate) fn slept(&self) -> Vec<Duration> {
        self.0.lock().unwrap().slept.clone()
    }

    pub(crate) fn builder(&self) -> ClientBuilder {
        Client::builder()
            .base_url("https://crm.example.com")
            .transport(self.clone())
    }
}

impl Transport for Scripted {
    fn send(
        &self,
        _: http::Request<Body>,
    ) -> BoxFuture<'_, Result<http::Response<Body>, TransportError>> {
        let mut script = self.0.lock().unwrap();
        script.sent += 1;
        let answer = if script.answers.len() > 1 {
            script.answers.pop_front()
        } else {
            script.answers.front().cloned()
        };
        let answer = match answer.unwrap() {
            Err(kind) => Err(TransportError::new(kind, "scripted")),
            Ok((status, headers, body)) => {
                let mut response = http::Response::builder().status(status);
                for (name, value) in headers {
                    response = response.header(name, value);
                }
                Ok(response.body(Body::from(body)).unwrap())
            }
        };
        Box::pin(std::future::ready(answer))
    }

    fn sleep(&self, duration: Duration) -> BoxFuture<'static, ()> {
        let script = Arc::clone(&self.0);
        Box::pin(async move {
            let mut script = script.lock().unwrap();
            script.now += duration;
            script.slept.push(duration);
        })
    }

    fn now(&self) -> SystemTime {
        self.0.lock().unwrap().now
    }

    fn monotonic(&self) -> Duration {
        self.now().duration_since(SystemTime::UNIX_EPOCH).unwrap()
    }
}

/// The default transport with a count of what it was given.
#[derive(Clone)]
pub(crate) struct Counting {
    inner: HttpTransport,
    sent: Arc<AtomicUsize>,
}

impl Counting {
    pub(crate) fn new(inner: HttpTransport) -> Self {
        Self {
            inner,
            sent: Arc::new(AtomicUsize::new(0)),
        }
    }

    pub(crate) fn sent(&self) -> usize {
        self.sent.load(Ordering::SeqCst)
    }
}

impl Transport for Counting {
    fn send(
        &self,
        request: http::Request<Body>,
    ) -> BoxFuture<'_, Result<http::Response<Body>, TransportError>> {
        self.sent.fetch_add(1, Ordering::SeqCst);
        self.inner.send(request)
    }

    fn sleep(&self, duration: Duration) -> BoxFuture<'static, ()> {
        self.inner.sleep(duration)
    }
}
