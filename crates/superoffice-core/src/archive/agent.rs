//! The agents' lists, which are asked for by page number and page size. The first page is 0; a page that is not full is the last. Only
//! of the first page nobody knows whether it is short because the list is, or because the service gives no more at once than that; so
//! the next page is asked for in its size. Refuses a list that does not end, and a page that is the same text as the one before it: the
//! service has ignored the page number, and nobody knows what else there is.

use std::collections::VecDeque;
use std::fmt;
use std::pin::Pin;
use std::task::{Context, Poll};

use bytes::Bytes;
use futures_core::Stream;
use serde::de::DeserializeOwned;

use crate::error::Error;
use crate::request::Request;
use crate::response::{Answer, FromResponse};
use crate::transport::BoxFuture;

/// Most pages of a list, as a guard against a service that ignores the page number.
const MAX_PAGES: i32 = 10_000;

/// All items of an agent's list. `call` makes the request for a page number and a page size. The service gives some 1,000 items at once
/// and no more, whatever it is asked for; a larger size does no harm, because the pages after a short first one are asked for in the size
/// of that. Of a list that fits on one page this costs a second call.
///
/// A page that is in every row the same as the full page before it ends the list with [`Error::Paging`]: the service takes no notice of the page
/// number, and the rest of the list, if there is one, cannot be had. So rows need something that tells them apart, as their key does.
///
/// ```no_run
/// # use superoffice_core::{Client, Operation, Error, Value, archive::agent_items};
/// # const FIND: Operation = Operation::post("v1ArchiveAgent_Find", "/api/v1/Agents/Archive/Find").safe();
/// # async fn run(client: &Client) -> Result<(), Error> {
/// let mut rows = agent_items(500, |page, size| {
///     client.request::<Option<Vec<Value>>>(FIND).json(&serde_json::json!({ "Page": page, "PageSize": size }))
/// });
/// while let Some(row) = rows.next().await {
///     println!("{}", row?);
/// }
/// # Ok(())
/// # }
/// ```
///
/// Items that outlive the client's scope come from a closure that owns a clone of it and makes [owned](Request::into_owned) requests.
pub fn agent_items<'c, T, F>(page_size: i32, call: F) -> AgentItems<'c, T>
where
    F: FnMut(i32, i32) -> Request<'c, Option<Vec<T>>> + Send + 'c,
    T: DeserializeOwned + Send + 'static,
{
    AgentItems {
        call: Box::new(call),
        size: page_size.max(1),
        page: Some(0),
        former: None,
        is_first_short: false,
        reading: None,
        items: VecDeque::new(),
    }
}

type Call<'c, T> = Box<dyn FnMut(i32, i32) -> Request<'c, Option<Vec<T>>> + Send + 'c>;

type Reading<'c, T> = BoxFuture<'c, Result<AgentPage<T>, Error>>;

/// The items of an agent's list.
#[must_use = "a stream does nothing until it is polled"]
pub struct AgentItems<'c, T> {
    call: Call<'c, T>,
    /// How many items a page that is not the last has.
    size: i32,
    /// The next page to ask for; `None` after the last.
    page: Option<i32>,
    /// The page before the next one, as it came.
    former: Option<Bytes>,
    /// Whether that is the first page and has fewer items than were asked for.
    is_first_short: bool,
    reading: Option<Reading<'c, T>>,
    items: VecDeque<T>,
}

// Items are kept, not pinned.
impl<T> Unpin for AgentItems<'_, T> {}

impl<T: DeserializeOwned + Send + 'static> AgentItems<'_, T> {
    /// The next item, or `None` at the end.
    ///
    /// # Errors
    /// As any call. After an error the list has ended.
    pub async fn next(&mut self) -> Option<Result<T, Error>> {
        std::future::poll_fn(|context| Pin::new(&mut *self).poll_next(context)).await
    }

    /// Keeps the items of a page, and decides whether to ask for another. Refuses one that came before.
    fn take(&mut self, read: AgentPage<T>, page: i32) -> Result<(), Error> {
        let is_second_of_short = std::mem::take(&mut self.is_first_short);
        if self.former.as_ref() == Some(&read.json) {
            self.page = None;
            self.former = None;
            // Where the first page has less than was asked for, it was all: the service does not count pages.
            return if is_second_of_short {
                Ok(())
            } else {
                Err(read.repeats())
            };
        }
        let length = i32::try_from(read.items.len()).unwrap_or(i32::MAX);
        if page == 0 && 0 < length && length < self.size {
            self.size = length;
            self.is_first_short = true;
        }
        self.page = page.checked_add(1).filter(|_| length >= self.size);
        self.former = self.page.map(|_| read.json);
        self.items = read.items.into();
        Ok(())
    }
}

impl<T: DeserializeOwned + Send + 'static> Stream for AgentItems<'_, T> {
    type Item = Result<T, Error>;

    fn poll_next(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        let this = self.get_mut();
        loop {
            if let Some(item) = this.items.pop_front() {
                return Poll::Ready(Some(Ok(item)));
            }
            let Some(page) = this.page else {
                return Poll::Ready(None);
            };
            let reading = match &mut this.reading {
                Some(reading) => reading,
                none => none.insert(begin(&mut this.call, page, this.size)),
            };
            let result = match reading.as_mut().poll(context) {
                Poll::Pending => return Poll::Pending,
                Poll::Ready(result) => result,
            };
            this.reading = None;
            if let Err(error) = result.and_then(|read| this.take(read, page)) {
                this.page = None;
                return Poll::Ready(Some(Err(error)));
            }
        }
    }
}

impl<T> fmt::Debug for AgentItems<'_, T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("AgentItems")
            .field("page", &self.page)
            .field("size", &self.size)
            .finish_non_exhaustive()
    }
}

/// Asks for a page, unless there were too many.
fn begin<'c, T>(call: &mut Call<'c, T>, page: i32, size: i32) -> Reading<'c, T>
where
    T: DeserializeOwned + Send + 'static,
{
    let request = call(page, size);
    if page < MAX_PAGES {
        return request.returning::<AgentPage<T>>().into_future();
    }
    let (operation, reason) = (
        request.operation().id,
        format!("the list has more than {MAX_PAGES} pages").into(),
    );
    Box::pin(std::future::ready(Err(Error::Paging { operation, reason })))
}

/// A page, and what it was read from.
struct AgentPage<T> {
    operation: &'static str,
    items: Vec<T>,
    json: Bytes,
}

impl<T> AgentPage<T> {
    /// That it has come before.
    fn repeats(&self) -> Error {
        Error::Paging {
            operation: self.operation,
            reason: "a page is the same as the one before it".into(),
        }
    }
}

impl<T: DeserializeOwned + Send + 'static> FromResponse for AgentPage<T> {
    fn from_answer(answer: Answer) -> BoxFuture<'static, Result<Self, Error>> {
        Box::pin(async move {
            let body = answer.body().await?;
            let (operation, json) = (body.occasion.operation, body.bytes.clone());
            let items: Option<Vec<T>> = body.value()?;
            Ok(Self {
                operation,
                items: items.unwrap_or_default(),
                json,
            })
        })
    }
}
