//! Decompresses a gzip stream piece by piece: one member or several, one after the other, and zeros behind them. Little is fed at a time,
//! so that a few bytes that stand for very many never fill the memory: whoever reads can stop in between. Refuses a stream that ends early
//! or goes on with anything else.

use std::io::Write;
use std::pin::Pin;
use std::task::{Context, Poll};

use bytes::{Buf, Bytes};
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
    place: Place,
    ended: bool,
}

/// Where in the stream the next byte stands.
#[derive(Clone, Copy, PartialEq)]
enum Place {
    /// At the start of all.
    Start,
    /// In a member.
    Member,
    /// Behind a member, where another one may begin.
    Between,
    /// Behind the last member, in the zeros that fill up a block.
    Filling,
}

impl<S> Gunzip<S> {
    pub(super) fn new(compressed: S) -> Self {
        Self {
            compressed,
            pending: Bytes::new(),
            decoder: GzDecoder::new(Vec::new()),
            place: Place::Start,
            ended: false,
        }
    }

    /// Feeds a little of what is there, and gives what came of it.
    fn feed(&mut self) -> std::io::Result<Bytes> {
        if matches!(self.place, Place::Between | Place::Filling) {
            self.skip_zeros();
            if self.pending.is_empty() {
                return Ok(Bytes::new());
            }
            if self.place == Place::Filling {
                return Err(std::io::Error::other("gzip goes on behind its end"));
            }
        }
        self.place = Place::Member;
        let piece = self.pending.get(..FEED).unwrap_or(&self.pending);
        let fed = self.decoder.write(piece)?;
        self.pending.advance(fed);
        if fed > 0 {
            return Ok(self.take());
        }
        // What is left does not belong to this member.
        let output = self.finish()?;
        self.decoder = GzDecoder::new(Vec::new());
        self.place = Place::Between;
        Ok(output)
    }

    fn skip_zeros(&mut self) {
        let zeros = self.pending.iter().take_while(|byte| **byte == 0).count();
        if zeros > 0 {
            self.place = Place::Filling;
            self.pending.advance(zeros);
        }
    }

    /// An answer without any body is whole, whatever its headers say.
    fn finish(&mut self) -> std::io::Result<Bytes> {
        if self.place == Place::Member {
            self.decoder.try_finish()?;
        }
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

    /// However much comes at once: whoever reads can stop long before all of it is there.
    #[test]
    fn little_is_decompressed_at_a_time() {
        let gzip = compressed(&vec![0; 8 * 1024 * 1024]);
        let mut stream = Gunzip::new(Pieces([Bytes::from(gzip)].into()));
        let mut context = Context::from_waker(std::task::Waker::noop());
        let mut lengths = Vec::new();
        while let Poll::Ready(Some(Ok(piece))) = Pin::new(&mut stream).poll_next(&mut context) {
            lengths.push(piece.len());
        }
        assert_eq!(lengths.iter().sum::<usize>(), 8 * 1024 * 1024);
        assert!(
            lengths.iter().all(|length| *length <= 1024 * 1024),
            "{lengths:?}"
        );
    }

    #[test]
    fn members_follow_each_other_and_zeros_follow_the_last() {
        let (one, two) = ("one, ".repeat(500), "two".repeat(20_000));
        let (first, second) = (compressed(one.as_bytes()), compressed(two.as_bytes()));
        let empty = compressed(b"");
        let zeros = vec![0; 1500];
        let both = one.clone() + &two;
        let table = [
            (vec![&first, &second], Some(&both)),
            (
                vec![&empty, &first, &empty, &empty, &second, &empty],
                Some(&both),
            ),
            (vec![&first, &zeros], Some(&one)),
            (vec![&first, &second, &zeros], Some(&both)),
            (vec![&zeros, &first], None),
            (vec![&first, &zeros, &second], None),
        ];
        for (parts, expected) in table {
            let parts: Vec<&[u8]> = parts.into_iter().map(Vec::as_slice).collect();
            let bytes = parts.concat();
            for piece in [1, 7, 512, 100_000] {
                let text = gunzip(&bytes, piece);
                assert_eq!(
                    text.as_deref().ok(),
                    expected.map(|text| text.as_bytes()),
                    "{} bytes in pieces of {piece}",
                    bytes.len()
                );
            }
        }
        // A member that is begun has an end, and what is none is no member.
        for length in 1..first.len() {
            let begun = [&second, first.get(..length).unwrap_or_default()].concat();
            assert!(gunzip(&begun, 16).is_err(), "{length} of {}", first.len());
        }
        assert!(gunzip(&[&first, b"more".as_slice()].concat(), 16).is_err());
        assert!(gunzip(&[&first, b"\0\0more".as_slice()].concat(), 16).is_err());
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
