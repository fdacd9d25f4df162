//! The line of those who want to begin a request, in the order in which they came. Whoever looks is told that it has begun, or when it may;
//! nobody looks for another. What may let somebody begin earlier calls those who stand at the head of the line, few however many wait; the
//! others come to the head, or look by themselves. Whoever is not there when it could begin (a call that is kept without being polled)
//! is passed, and stands in line again, at its old place, when it is. Where there is a rate, those that begin are remembered for a second, so
//! that in no second more begin than it says, however late somebody looks.

use std::collections::VecDeque;
use std::task::Waker;
use std::time::Duration;

/// So many stand at the head of the line: those who are called for a place. Who is further back must look for one from time to time,
/// for all these may be kept without being polled.
const HEAD: usize = 16;

/// The time in which no more than so many requests begin, where there is a rate.
const SECOND: Duration = Duration::from_secs(1);

#[derive(Debug, Default)]
pub(super) struct Line {
    /// How many requests may begin in a second, where there is a rate.
    rate: Option<u32>,
    /// When those began that have begun in the last second, where there is a rate.
    recent: VecDeque<Duration>,
    /// How many more requests may be on their way, where that is limited.
    free: Option<usize>,
    /// When the next request may begin as the rate wants it, by the transport's clock.
    next: Duration,
    /// Whether somebody has looked since no place was free. Turns do not pass then.
    was_full: bool,
    waiting: VecDeque<Place>,
    entered: u64,
    begun: u64,
}

#[derive(Debug)]
struct Place {
    number: u64,
    /// `None` after it was called, until it looks again.
    waker: Option<Waker>,
}

/// When somebody may begin who may not begin now.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Later {
    /// Then, unless it is called before.
    At(Duration),
    /// When it is called.
    WhenCalled,
    /// When it is called, if those before it are there to be called. It looks again after a while, and says then if nobody has begun
    /// meanwhile: since so many have.
    FarBack(u64),
    /// When it looks again, which it does after all who were called with it.
    AfterOthers,
}

/// One who looks.
pub(super) struct Look {
    pub(super) number: u64,
    /// Taken if it is to be woken.
    pub(super) waker: Option<Waker>,
    pub(super) now: Duration,
    /// How many had begun a while ago, when it was far back.
    pub(super) begun: Option<u64>,
    /// Whether it has let the others look first.
    pub(super) after_others: bool,
}

/// Wakers that are woken or dropped when the line is not locked any more, for both may run anything.
#[derive(Debug, Default)]
#[must_use]
pub(super) struct Calls {
    woken: Vec<Waker>,
    dropped: Vec<Waker>,
}

impl Calls {
    pub(super) fn make(self) {
        drop(self.dropped);
        self.woken.into_iter().for_each(Waker::wake);
    }
}

impl Line {
    /// To this many in a second, which is not 0.
    pub(super) fn limit_rate(&mut self, requests: u32) {
        self.rate = Some(requests);
    }

    pub(super) fn limit_places(&mut self, places: usize) {
        self.free = Some(places);
    }

    /// A number for one who comes now.
    pub(super) fn enter(&mut self) -> u64 {
        self.entered += 1;
        self.entered
    }

    /// One looks whether it may begin. It has begun unless it is told when it may.
    pub(super) fn look(&mut self, look: &mut Look) -> (Option<Later>, Calls) {
        let (rank, stands) = self.rank(look.number);
        let mut calls = Calls::default();
        if self.free() == 0 {
            self.was_full = true;
        } else if std::mem::take(&mut self.was_full) || self.waiting.is_empty() {
            self.next = self.next.max(look.now);
        }
        let later = self.later(rank, look);
        match later {
            None => self.begin(rank, stands, look.now, &mut calls),
            // It is awake.
            Some(Later::AfterOthers) => self.stand(look.number, None, &mut calls),
            Some(_) => self.stand(look.number, look.waker.take(), &mut calls),
        }
        (later, calls)
    }

    /// When one may begin that stands, or would stand, behind so many others; `None` if that is now.
    fn later(&self, rank: usize, look: &Look) -> Option<Later> {
        let free = self.free();
        if free == 0 && rank < HEAD {
            return Some(Later::WhenCalled);
        }
        if free == 0 {
            return Some(Later::FarBack(self.begun));
        }
        if let Some(turn) = self.turn(rank) {
            return (look.now < turn).then_some(Later::At(turn));
        }
        if rank < free {
            return None;
        }
        // Those before it are called, and will be there, unless they are left alone.
        if rank >= self.called() && look.begun != Some(self.begun) {
            return Some(Later::FarBack(self.begun));
        }
        (!look.after_others).then_some(Later::AfterOthers)
    }

    /// One looks no more.
    pub(super) fn leave(&mut self, number: u64) -> Calls {
        let mut calls = Calls::default();
        let (rank, stands) = self.rank(number);
        if stands {
            let left = self.waiting.remove(rank);
            calls.dropped.extend(left.and_then(|place| place.waker));
            // Those behind move up.
            self.call(rank, self.called(), &mut calls);
        }
        calls
    }

    /// One is not on its way any more.
    pub(super) fn end(&mut self) -> Calls {
        let mut calls = Calls::default();
        // Those were called when there were fewer places.
        let called = self.called();
        self.free = self.free.map(|free| free.saturating_add(1));
        self.call(called, self.called(), &mut calls);
        calls
    }

    /// It begins that stands, or would stand, behind so many others.
    fn begin(&mut self, rank: usize, stands: bool, now: Duration, calls: &mut Calls) {
        let (free, called) = (self.free(), self.called());
        self.pass_turn(rank, now);
        self.free = self.free.map(|free| free.saturating_sub(1));
        self.begun += 1;
        if stands {
            let own = self.waiting.remove(rank);
            calls.dropped.extend(own.and_then(|place| place.waker));
        }
        // Where there is enough for all, nobody is passed.
        let is_passing = self.rate.is_some() || rank >= free;
        let passed = if is_passing { rank } else { 0 };
        let places = self.waiting.drain(..passed);
        calls.woken.extend(places.filter_map(|place| place.waker));
        // Those behind move up.
        let moved = passed + usize::from(stands);
        self.call(called.saturating_sub(moved), self.called(), calls);
    }

    /// The turn of one that stands behind so many others is taken now.
    fn pass_turn(&mut self, rank: usize, now: Duration) {
        let (Some(interval), Some(turn)) = (self.interval(), self.even_turn(rank)) else {
            return;
        };
        // That a timer is late delays not each of the turns after it; after a standstill, nothing is made up for.
        let is_late = now.saturating_sub(turn) > interval;
        self.next = if is_late { now } else { turn }.saturating_add(interval);
        let is_over = |begun: &Duration| begun.saturating_add(SECOND) <= now;
        while self.recent.front().is_some_and(is_over) {
            self.recent.pop_front();
        }
        self.recent.push_back(now);
    }

    /// Stands in line, at its place.
    fn stand(&mut self, number: u64, waker: Option<Waker>, calls: &mut Calls) {
        let (rank, stands) = self.rank(number);
        if let Some(place) = self.waiting.get_mut(rank).filter(|_| stands) {
            let replaced = std::mem::replace(&mut place.waker, waker);
            calls.dropped.extend(replaced);
            return;
        }
        self.waiting.insert(rank, Place { number, waker });
        if self.free() == 0 && rank < HEAD {
            // It is pushed out of the head, and has to look by itself from now on.
            self.call(HEAD, HEAD + 1, calls);
        }
    }

    /// Calls those who stand there.
    fn call(&mut self, first: usize, end: usize, calls: &mut Calls) {
        let places = self.waiting.iter_mut().take(end).skip(first);
        calls
            .woken
            .extend(places.filter_map(|place| place.waker.take()));
    }

    /// How many are told at once what lets them begin earlier: some more than there are places for, or by their turn one after the other.
    fn called(&self) -> usize {
        match self.free() {
            0 => 0,
            _ if self.rate.is_some() => HEAD,
            free => HEAD.saturating_add(free - 1),
        }
    }

    fn free(&self) -> usize {
        self.free.unwrap_or(1)
    }

    /// When the turn of one comes that stands behind so many others, where there is a rate. Turns come evenly, but where one was taken late,
    /// the turn that comes so many after it as may begin in a second comes no sooner than a second after it was taken.
    fn turn(&self, rank: usize) -> Option<Duration> {
        let most = usize::try_from(self.rate?).unwrap_or(usize::MAX);
        let even = self.even_turn(rank)?;
        let first = self.recent.len().saturating_add(rank).checked_sub(most);
        let begun = first.and_then(|first| self.recent.get(first));
        Some(begun.map_or(even, |begun| even.max(begun.saturating_add(SECOND))))
    }

    /// When that turn comes if none was taken late.
    fn even_turn(&self, rank: usize) -> Option<Duration> {
        let before = u32::try_from(rank).unwrap_or(u32::MAX);
        let interval = self.interval()?;
        Some(self.next.saturating_add(interval.saturating_mul(before)))
    }

    /// The time between two requests, where there is a rate.
    fn interval(&self) -> Option<Duration> {
        SECOND.checked_div(self.rate?)
    }

    /// How many stand before this number, and whether it stands in line itself.
    fn rank(&self, number: u64) -> (usize, bool) {
        let rank = self.waiting.partition_point(|place| place.number < number);
        let place = self.waiting.get(rank);
        (rank, place.is_some_and(|place| place.number == number))
    }
}
