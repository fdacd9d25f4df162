//! Decompresses a gzip stream piece by piece. Little is fed at a time, so that a few bytes that stand for very many never fill the
//! memory: whoever reads can stop in between. Refuses a stream that ends early.

use std::io::Write;
use std::pin::Pin;
use std::task::{Context, Poll};

use bytes::Bytes;
use flate2::write::GzDecoder;
use futures_core::Stream;

use crate::body::BodyError;

/// Bytes that are fed at a time; gzip makes at most about 1,030 of one.
const FEED: usize = 512;

/// A compressed stream, decompressed.
pub(super) struct Gunzip<S> {
    compressed: S,
    pending: Bytes,
    decoder: GzDecoder<Vec<u8>>,
    untouched: bool,
    ended: bool,
}

impl<S> Gunzip<S> {
    pub(super) fn new(compressed: S) -> Self {
        Self {
            compressed,
            pending: Bytes::new(),
            decoder: GzDecoder::new(Vec::new()),
            untouched: true,
            ended: false,
        }
    }

    /// Feeds a little of what is there, and gives what came of it.
    fn feed(&mut self) -> std::io::Result<Bytes> {
        let piece = self.pending.split_to(self.pending.len().min(FEED));
        self.untouched = false;
        self.decoder.write_all(&piece)?;
        Ok(self.take())
    }

    /// An answer without any body is whole, whatever its headers say.
    fn finish(&mut self) -> std::io::Result<Bytes> {
        if self.untouched {
            return Ok(Bytes::new());
        }
        self.decoder.try_finish()?;
        Ok(self.take())
    }

    fn take(&mut self) -> Bytes {
        std::mem::take(self.decoder.get_mut()).into()
    }
}

impl<S: Stream<Item = Result<Bytes, BodyError>> + Unpin> Stream for Gunzip<S> {
    type Item = Result<Bytes, BodyError>;

    fn poll_next(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        let this = &mut *self;
        while !this.ended {
            let output = if this.pending.is_empty() {
                match Pin::new(&mut this.compressed).poll_next(context) {
                    Poll::Pending => return Poll::Pending,
                    Poll::Ready(Some(Ok(chunk))) => {
                        this.pending = chunk;
                        continue;
                    }
                    Poll::Ready(Some(Err(error))) => {
                        this.ended = true;
                        return Poll::Ready(Some(Err(error)));
                    }
                    Poll::Ready(None) => {
                        this.ended = true;
                        this.finish()
                    }
                }
            } else {
                this.feed()
            };
            match output {
                Ok(bytes) if bytes.is_empty() => {}
                output => {
                    this.ended |= output.is_err();
                    return Poll::Ready(Some(output.map_err(Into::into)));
                }
            }
        }
        Poll::Ready(None)
    }
}

#[cfg(test)]
mod tests {
    use std::collections::VecDeque;
    use std::io::Write;

    use super::*;

    struct Pieces(VecDeque<Bytes>);

    impl Stream for Pieces {
        type Item = Result<Bytes, BodyError>;

        fn poll_next(mut self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<Option<Self::Item>> {
            Poll::Ready(self.0.pop_front().map(Ok))
        }
    }

    fn compressed(text: &[u8]) -> Vec<u8> {
        let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::best());
        encoder
            .write_all(text)
            .and_then(|()| encoder.finish())
            .unwrap_or_default()
    }

    fn gunzip(bytes: &[u8], piece: usize) -> Result<Vec<u8>, String> {
        let pieces = bytes.chunks(piece).map(Bytes::copy_from_slice).collect();
        let mut stream = Gunzip::new(Pieces(pieces));
        let mut out = Vec::new();
        let mut context = Context::from_waker(std::task::Waker::noop());
        loop {
            match Pin::new(&mut stream).poll_next(&mut context) {
                Poll::Ready(Some(Ok(chunk))) => out.extend_from_slice(&chunk),
                Poll::Ready(Some(Err(error))) => return Err(error.to_string()),
                Poll::Ready(None) => return Ok(out),
                Poll::Pending => return Err("pending".to_owned()),
            }
        }
    }

    #[test]
    fn any_size_of_pieces_gives_the_same_text() {
        let text = "a page of text, ".repeat(4000).into_bytes();
        let gzip = compressed(&text);
        for piece in [1, 7, 512, 100_000] {
            assert_eq!(
                gunzip(&gzip, piece).as_deref(),
                Ok(text.as_slice()),
                "{piece}"
            );
        }
        assert_eq!(gunzip(b"", 3).as_deref(), Ok(b"".as_slice()));
        assert_eq!(gunzip(&compressed(b""), 3).as_deref(), Ok(b"".as_slice()));
    }

    /// One piece, a pause, and a failure.
    struct Fails(VecDeque<Poll<Option<Result<Bytes, BodyError>>>>);

    impl Stream for Fails {
        type Item = Result<Bytes, BodyError>;

        fn poll_next(mut self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<Option<Self::Item>> {
            self.0.pop_front().unwrap_or(Poll::Ready(None))
        }
    }

    #[test]
    fn a_pause_is_waited_for_and_a_failure_ends_the_stream() {
        let gzip = compressed(b"text");
        let start = Bytes::copy_from_slice(gzip.get(..12).unwrap_or_default());
        let script = [
            Poll::Ready(Some(Ok(start))),
            Poll::Pending,
            Poll::Ready(Some(Err("broken".into()))),
            Poll::Ready(Some(Ok(Bytes::from_static(b"more")))),
        ];
        let mut stream = Gunzip::new(Fails(script.into()));
        let mut context = Context::from_waker(std::task::Waker::noop());
        let mut poll = || Pin::new(&mut stream).poll_next(&mut context);
        assert!(poll().is_pending());
        assert!(matches!(poll(), Poll::Ready(Some(Err(error))) if error.to_string() == "broken"));
        assert!(matches!(poll(), Poll::Ready(None)));
    }

    #[test]
    fn a_stream_that_ends_early_is_an_error() {
        let gzip = compressed(&"text ".repeat(100).into_bytes());
        for length in 1..gzip.len() {
            assert!(
                gunzip(gzip.get(..length).unwrap_or_default(), 16).is_err(),
                "{length} of {}",
                gzip.len()
            );
        }
        assert!(gunzip(b"no gzip at all", 16).is_err());
    }
}
