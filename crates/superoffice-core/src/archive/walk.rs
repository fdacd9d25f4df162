//! A list from its first page to its last. The next page is asked for at the client's own address, whatever host the service names:
//! behind a proxy it names a wrong one, and credentials must not leave the origin. Refuses links that lead out of the API or back
//! to a page that was read, and lists that do not end.

use std::borrow::Cow;
use std::collections::{HashSet, VecDeque};
use std::fmt;
use std::marker::PhantomData;
use std::pin::Pin;
use std::task::{Context, Poll};

use futures_core::Stream;
use percent_encoding::{AsciiSet, CONTROLS, percent_decode_str, utf8_percent_encode};
use serde::de::DeserializeOwned;
use serde_json::value::RawValue;

use super::Page;
use super::page::{Paged, TextPage};
use crate::client::Client;
use crate::error::{DecodeError, Error, Occasion};
use crate::model::origin::{self, Marks};
use crate::request::{Prepared, Request};
use crate::response::Response;
use crate::transport::BoxFuture;

/// Most pages of a list, unless said otherwise.
const MAX_PAGES: usize = 10_000;

impl<'c> Request<'c, Option<Page>> {
    /// All pages of the list, each asked for when the one before has been taken. A page without a link to the next one is the last; whoever
    /// meets a list without links reads it with [`skip`](Self::skip) and [`top`](Self::top).
    pub fn pages(self) -> Pages<'c> {
        Pages(Walk::new(self))
    }

    /// All rows of the list, page by page, in the caller's own type; [`Row`](super::Row) takes any.
    pub fn items<T: DeserializeOwned>(self) -> Items<'c, T> {
        Items {
            pages: Walk::new(self),
            rows: VecDeque::new(),
            index: 0,
            row: PhantomData,
        }
    }
}

/// The pages of a list.
#[must_use = "a stream does nothing until it is polled"]
pub struct Pages<'c>(Walk<'c, Page>);

impl Pages<'_> {
    /// Fails after this many pages instead of 10,000.
    pub fn max_pages(mut self, pages: usize) -> Self {
        self.0.max_pages = pages;
        self
    }

    /// The next page, or `None` at the end.
    ///
    /// # Errors
    /// As any call, and [`Error::Paging`] where the list leads nowhere. After an error the list has ended.
    pub async fn next(&mut self) -> Option<Result<Page, Error>> {
        std::future::poll_fn(|context| self.0.poll_next(context)).await
    }
}

impl Stream for Pages<'_> {
    type Item = Result<Page, Error>;

    fn poll_next(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        self.0.poll_next(context)
    }
}

impl fmt::Debug for Pages<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.show("Pages", f)
    }
}

/// The way from page to page, whatever the pages are read into.
struct Walk<'c, P> {
    client: Cow<'c, Client>,
    operation: &'static str,
    step: Step<'c, P>,
    seen: HashSet<String>,
    max_pages: usize,
    /// What was asked for, on any page so far: a link may leave out what the first call has said.
    view: Marks,
    /// Of the page that was read last.
    occasion: Option<Occasion>,
}

/// A page that was read.
struct Read<P> {
    page: P,
    occasion: Occasion,
    /// What was asked for.
    view: Marks,
    /// The call for the next one, or why there is none although there is a link.
    next: Option<Result<Prepared, Error>>,
}

enum Step<'c, P> {
    Next(Box<Prepared>),
    Reading(BoxFuture<'c, Result<Read<P>, Error>>),
    Failed(Box<Error>),
    Ended,
}

impl<P> Step<'_, P> {
    fn begin(prepared: Result<Prepared, Error>) -> Self {
        match prepared {
            Ok(prepared) => Self::Next(Box::new(prepared)),
            Err(error) => Self::Failed(Box::new(error)),
        }
    }
}

impl<'c, P: Paged> Walk<'c, P> {
    fn new(request: Request<'c, Option<Page>>) -> Self {
        let operation = request.operation().id;
        let (client, prepared) = request.prepared();
        Self {
            client,
            operation,
            step: Step::begin(prepared),
            seen: HashSet::new(),
            max_pages: MAX_PAGES,
            view: 0,
            occasion: None,
        }
    }

    /// What the list is of and how far it was read, but no link: that holds values of the query.
    fn show(&self, name: &str, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct(name)
            .field("operation", &self.operation)
            .field("pages", &self.seen.len())
            .finish_non_exhaustive()
    }

    fn begin(&mut self, prepared: Box<Prepared>) -> Result<(), Error> {
        let operation = self.operation;
        if self.seen.len() >= self.max_pages {
            let reason = format!("the list has more than {} pages", self.max_pages).into();
            return Err(Error::Paging { operation, reason });
        }
        if !self.seen.insert(prepared.target.clone()) {
            return Err(Error::Paging {
                operation,
                reason: "the link to the next page leads back".into(),
            });
        }
        self.step = Step::Reading(Box::pin(read(self.client.clone(), prepared)));
        Ok(())
    }

    fn poll_next(&mut self, context: &mut Context<'_>) -> Poll<Option<Result<P, Error>>> {
        loop {
            match std::mem::replace(&mut self.step, Step::Ended) {
                Step::Ended => return Poll::Ready(None),
                Step::Failed(error) => return Poll::Ready(Some(Err(*error))),
                Step::Next(prepared) => {
                    if let Err(error) = self.begin(prepared) {
                        return Poll::Ready(Some(Err(error)));
                    }
                }
                Step::Reading(mut reading) => match reading.as_mut().poll(context) {
                    Poll::Pending => {
                        self.step = Step::Reading(reading);
                        return Poll::Pending;
                    }
                    Poll::Ready(Err(error)) => return Poll::Ready(Some(Err(error))),
                    Poll::Ready(Ok(read)) => {
                        self.step = read.next.map_or(Step::Ended, Step::begin);
                        self.view |= read.view;
                        self.occasion = Some(read.occasion);
                        return Poll::Ready(Some(Ok(read.page)));
                    }
                },
            }
        }
    }
}

/// One page, and the call for the next one.
async fn read<P: Paged>(
    client: Cow<'_, Client>,
    mut prepared: Box<Prepared>,
) -> Result<Read<P>, Error> {
    let again = prepared.again();
    let answer = client.execute(*prepared).await?;
    let (view, occasion) = (answer.asked.view, answer.occasion.clone());
    let page = Response::<Option<P>>::read(answer)
        .await?
        .into_value()
        .unwrap_or_default();
    let link = page.next_link().filter(|link| !link.is_empty());
    let next = link.map(|link| following(again, link));
    Ok(Read {
        page,
        occasion,
        view,
        next,
    })
}

/// The call for the page that a link leads to.
fn following(mut next: Prepared, link: &str) -> Result<Prepared, Error> {
    let operation = next.operation.id;
    next.target = target(link, &next.target).ok_or_else(|| Error::Paging {
        operation,
        reason: "the link to the next page leads out of the API".into(),
    })?;
    Ok(next)
}

/// What some servers leave unescaped in the query of a link: spaces, letters beyond ASCII, what else stands in names of columns
/// (`ticket->cust_id`) and in texts of filters.
const UNESCAPED: &AsciiSet = &CONTROLS
    .add(b' ')
    .add(b'"')
    .add(b'#')
    .add(b'<')
    .add(b'>')
    .add(b'\\');

/// The path and query of a link, from the root of the installation: what stands from `/api/v1/` on, or only a new query.
fn target(link: &str, current: &str) -> Option<String> {
    let (path, query) = link.split_once('?')?;
    if path.contains('#') {
        return None;
    }
    let current = current.split('?').next().unwrap_or_default();
    let path = match path {
        "" => current,
        path => path.get(path.to_ascii_lowercase().find("/api/v1/")?..)?,
    };
    let is_safe = |byte: u8| byte.is_ascii_graphic() && byte != b'\\';
    let leads_out = |segment: &str| matches!(segment, "." | "..");
    let meant = percent_decode_str(path).decode_utf8_lossy();
    let stays = path.bytes().all(is_safe) && !meant.split(['/', '\\']).any(leads_out);
    let query = utf8_percent_encode(without_fragment(query), UNESCAPED);
    stays.then(|| format!("{path}?{query}"))
}

/// A query without what follows a `#`; between quotes, as in `name begins 'C#'`, it is one more character.
fn without_fragment(query: &str) -> &str {
    let mut is_quoted = false;
    for (at, byte) in query.bytes().enumerate() {
        match byte {
            b'\'' => is_quoted = !is_quoted,
            b'%' if query.get(at..at + 3) == Some("%27") => is_quoted = !is_quoted,
            b'#' if !is_quoted => return query.get(..at).unwrap_or(query),
            _ => {}
        }
    }
    query
}

/// The rows of a list.
#[must_use = "a stream does nothing until it is polled"]
pub struct Items<'c, T> {
    pages: Walk<'c, TextPage>,
    rows: VecDeque<Box<RawValue>>,
    /// Of the next row, on its page.
    index: usize,
    row: PhantomData<fn() -> T>,
}

impl<T: DeserializeOwned> Items<'_, T> {
    /// Fails after this many pages instead of 10,000.
    pub fn max_pages(mut self, pages: usize) -> Self {
        self.pages.max_pages = pages;
        self
    }

    /// The next row, or `None` at the end.
    ///
    /// # Errors
    /// As [`Pages::next`], and [`Error::Decode`] for a row that is not a `T`; the rows after it can still be read.
    pub async fn next(&mut self) -> Option<Result<T, Error>> {
        std::future::poll_fn(|context| Pin::new(&mut *self).poll_next(context)).await
    }
}

impl<T: DeserializeOwned> Stream for Items<'_, T> {
    type Item = Result<T, Error>;

    fn poll_next(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        let this = &mut *self;
        loop {
            if let Some(row) = this.rows.pop_front()
                && let Some(occasion) = &this.pages.occasion
            {
                let row = decode(occasion, this.pages.view, this.index, &row);
                this.index += 1;
                return Poll::Ready(Some(row));
            }
            match this.pages.poll_next(context) {
                Poll::Pending => return Poll::Pending,
                Poll::Ready(None) => return Poll::Ready(None),
                Poll::Ready(Some(Err(error))) => return Poll::Ready(Some(Err(error))),
                Poll::Ready(Some(Ok(page))) => {
                    this.rows = page.into_rows().into();
                    this.index = 0;
                }
            }
        }
    }
}

impl<T> fmt::Debug for Items<'_, T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.pages.show("Items", f)
    }
}

/// One row in the caller's type, marked as what it was asked for, read once; only a row that fails is read again, for the place of the failure.
fn decode<T: DeserializeOwned>(
    occasion: &Occasion,
    view: Marks,
    index: usize,
    row: &RawValue,
) -> Result<T, Error> {
    let read = origin::reading(view, || serde_json::from_str(row.get()));
    read.map_err(|source| {
        let mut again = serde_json::Deserializer::from_str(row.get());
        let again = serde_path_to_error::deserialize::<_, T>(&mut again);
        let path = again.err().map(|error| error.path().to_string());
        let place = match path.as_deref() {
            None | Some(".") => format!("value[{index}]"),
            Some(part) => format!("value[{index}].{part}"),
        };
        let row = row.get().as_bytes();
        Error::Decode(Box::new(DecodeError::of(
            occasion.clone(),
            row,
            &place,
            source,
        )))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn links_are_followed_at_home_only() {
        let current = "/api/v1/Contact?$top=2";
        let table = [
            (
                "https://elsewhere.example/Web/api/v1/Contact?$skip=2",
                Some("/api/v1/Contact?$skip=2"),
            ),
            (
                "http://10.0.0.1/Cust1/API/v1/Contact?$skip=2#x",
                Some("/API/v1/Contact?$skip=2"),
            ),
            ("?$skip=2", Some("/api/v1/Contact?$skip=2")),
            (
                "/api/v1/Contact?$filter=name begins 'å'",
                Some("/api/v1/Contact?$filter=name%20begins%20'%C3%A5'"),
            ),
            (
                "/api/v1/Contact?$filter=name begins 'C#'&$skip=2#x'y",
                Some("/api/v1/Contact?$filter=name%20begins%20'C%23'&$skip=2"),
            ),
            (
                "/api/v1/Contact?$filter=name%20begins%20%27O%27%27Hara #1%27&$skip=2#",
                Some("/api/v1/Contact?$filter=name%20begins%20%27O%27%27Hara%20%231%27&$skip=2"),
            ),
            (
                r#"/api/v1/Contact?$select=contact.(ticket->cust_id).id&$filter=name is '<"a\b">'"#,
                Some(
                    "/api/v1/Contact?$select=contact.(ticket-%3Ecust_id).id&$filter=name%20is%20'%3C%22a%5Cb%22%3E'",
                ),
            ),
            (
                "/api/v1/Contact?$skip=2#'a'?b",
                Some("/api/v1/Contact?$skip=2"),
            ),
            ("/api/v1/Contact#?$skip=2", None),
            ("/api/v1/Cont#act?$skip=2", None),
            ("https://elsewhere.example/Contact?$skip=2", None),
            ("https://elsewhere.example/api/v1/../../admin?x=1", None),
            ("https://elsewhere.example/api/v1/%2e%2e/admin?x=1", None),
            ("/api/v1/Contact%2F..%2fadmin?x=1", None),
            ("/api/v1/Contact%5C..%5cadmin?x=1", None),
            ("https://elsewhere.example/api/v1/Contact", None),
            ("//elsewhere.example/x?y", None),
            ("/api/v1/a\\b?x", None),
        ];
        for (link, expected) in table {
            let found = target(link, current);
            assert_eq!(found.as_deref(), expected, "{link}");
            let is_sent = |target: String| target.parse::<http::Uri>().is_ok();
            assert!(found.is_none_or(is_sent), "{link}");
        }
    }
}
