//! A future with a time limit, for any runtime: the timer is a future too.

use std::future::{Future, poll_fn};
use std::pin::pin;
use std::task::Poll;

/// The output of `work`, or `None` if the timer ends first.
pub(crate) async fn within<T>(
    timer: impl Future<Output = ()>,
    work: impl Future<Output = T>,
) -> Option<T> {
    let (mut timer, mut work) = (pin!(timer), pin!(work));
    poll_fn(|context| {
        if let Poll::Ready(output) = work.as_mut().poll(context) {
            return Poll::Ready(Some(output));
        }
        timer.as_mut().poll(context).map(|()| None)
    })
    .await
}
