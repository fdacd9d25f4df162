//! Calls that wait for their turn, as the client's own limits want it: who is kept without being polled or gives up holds nobody up, and
//! however many wait, few are woken.

use std::collections::{BTreeSet, VecDeque};
use std::future::IntoFuture;
use std::sync::{Arc, Mutex};
use std::task::{Context, Wake, Waker};
use std::time::Duration;

use proptest::prelude::*;
use serde_json::Value;
use superoffice_core::transport::{BoxFuture, Transport, TransportError};
use superoffice_core::{Body, Client, ClientBuilder, Error};

use crate::server::LIST;

/// Gives no answer: whoever has begun is on its way until it is dropped. Remembers who has begun, and when.
#[derive(Clone, Default)]
struct Silent {
    begun: Arc<Mutex<Vec<(usize, Duration)>>>,
    /// Without one, time stands still and nobody is woken by it.
    clock: Option<tokio::time::Instant>,
}

impl Silent {
    /// By tokio's clock.
    fn timed() -> Self {
        Self {
            clock: Some(tokio::time::Instant::now()),
            ..Self::default()
        }
    }

    fn client(&self, limit: impl FnOnce(ClientBuilder) -> ClientBuilder) -> Client {
        let builder = Client::builder().base_url("https://crm.example.com");
        limit(builder.transport(self.clone())).build().unwrap()
    }

    fn begun(&self) -> Vec<usize> {
        let begun = self.begun.lock().unwrap();
        begun.iter().map(|(number, _)| *number).collect()
    }
}

impl Transport for Silent {
    fn send(
        &self,
        request: http::Request<Body>,
    ) -> BoxFuture<'_, Result<http::Response<Body>, TransportError>> {
        let query = request.uri().query().unwrap();
        let number = query.strip_prefix("call=").unwrap().parse().unwrap();
        let begun = (number, self.monotonic());
        self.begun.lock().unwrap().push(begun);
        Box::pin(std::future::pending())
    }

    fn sleep(&self, duration: Duration) -> BoxFuture<'static, ()> {
        match self.clock {
            Some(_) => Box::pin(tokio::time::sleep(duration)),
            None => Box::pin(std::future::pending()),
        }
    }

    fn monotonic(&self) -> Duration {
        self.clock.map(|clock| clock.elapsed()).unwrap_or_default()
    }
}

type Call = BoxFuture<'static, Result<Option<Value>, Error>>;

/// A call whose request says which one it is.
fn call(client: &Client, number: usize) -> Call {
    let number = i64::try_from(number).unwrap();
    let request = client.request::<Option<Value>>(LIST).query("call", number);
    request.into_owned().into_future()
}

/// Calls, each of which is polled when it was woken, unless it is left alone.
struct Crowd {
    client: Client,
    /// `None` for those that were dropped.
    calls: Vec<Option<Call>>,
    alone: BTreeSet<usize>,
    woken: Arc<Mutex<Woken>>,
}

/// Who was woken and how often, and who is polled just now.
#[derive(Default)]
struct Woken {
    line: VecDeque<usize>,
    wakes: usize,
    polled: Option<usize>,
}

/// Wakes one of them. Who is woken last is polled first, but for those that wake themselves, as some runtimes do it.
struct Bell {
    number: usize,
    woken: Arc<Mutex<Woken>>,
}

impl Wake for Bell {
    fn wake(self: Arc<Self>) {
        let mut woken = self.woken.lock().unwrap();
        woken.wakes += 1;
        if woken.polled == Some(self.number) {
            woken.line.push_back(self.number);
        } else {
            woken.line.push_front(self.number);
        }
    }
}

impl Crowd {
    fn new(client: Client) -> Self {
        Self {
            client,
            calls: Vec::new(),
            alone: BTreeSet::new(),
            woken: Arc::default(),
        }
    }

    /// Begins so many calls, one after the other.
    fn add(&mut self, calls: usize) {
        for _ in 0..calls {
            let number = self.calls.len();
            self.calls.push(Some(call(&self.client, number)));
            self.poll(number);
        }
    }

    fn poll(&mut self, number: usize) {
        let waker = Waker::from(Arc::new(Bell {
            number,
            woken: Arc::clone(&self.woken),
        }));
        self.woken.lock().unwrap().polled = Some(number);
        if let Some(call) = &mut self.calls[number] {
            let polled = call.as_mut().poll(&mut Context::from_waker(&waker));
            assert!(polled.is_pending(), "call {number}: {polled:?}");
        }
        self.woken.lock().unwrap().polled = None;
    }

    fn drop(&mut self, numbers: impl IntoIterator<Item = usize>) {
        for number in numbers {
            self.calls[number] = None;
        }
    }

    fn leave_alone(&mut self, numbers: impl IntoIterator<Item = usize>) {
        self.alone.extend(numbers);
    }

    /// Polls those that were woken, and whoever is woken by that, until there are no more.
    fn settle(&mut self) {
        while let Some(number) = self.next() {
            if !self.alone.contains(&number) {
                self.poll(number);
            }
        }
    }

    fn next(&self) -> Option<usize> {
        self.woken.lock().unwrap().line.pop_front()
    }

    fn wakes(&self) -> usize {
        self.woken.lock().unwrap().wakes
    }
}

/// A crowd of which one may be on its way.
fn one_at_once() -> (Silent, Crowd) {
    let silent = Silent::default();
    let client = silent.client(|builder| builder.max_concurrent_requests(1));
    (silent, Crowd::new(client))
}

#[test]
fn a_call_that_is_left_alone_holds_no_place() {
    for alone in [1, 2, 10] {
        let (silent, mut crowd) = one_at_once();
        crowd.add(1 + alone + 2);
        crowd.leave_alone(1..=alone);
        // Whichever of the others looks first.
        let mut last = 0;
        for begun in 2..=3 {
            crowd.drop([last]);
            crowd.settle();
            assert_eq!(silent.begun().len(), begun, "{alone}");
            last = silent.begun()[begun - 1];
            assert!(last > alone);
        }
        // Those have their turn when they are there again.
        crowd.drop([last]);
        crowd.poll(1);
        crowd.settle();
        assert_eq!(silent.begun().last(), Some(&1));
    }
}

#[test]
fn whoever_comes_later_lets_those_go_first_who_are_there() {
    for alone in [false, true] {
        let (silent, mut crowd) = one_at_once();
        crowd.add(2);
        crowd.leave_alone(alone.then_some(1));
        crowd.drop([0]);
        crowd.add(1);
        crowd.settle();
        assert_eq!(silent.begun(), [0, if alone { 2 } else { 1 }]);
    }
}

#[test]
fn whoever_was_woken_for_a_place_may_give_it_up() {
    for given_up in [1, 2, 30] {
        let (silent, mut crowd) = one_at_once();
        crowd.add(100);
        crowd.drop(0..=given_up);
        crowd.settle();
        assert_eq!(silent.begun(), [0, given_up + 1]);
    }
}

#[test]
fn places_are_given_in_the_order_of_the_line_and_each_wakes_a_few() {
    const CALLS: usize = 1000;
    for places in [1, 10, 100] {
        let silent = Silent::default();
        let mut crowd =
            Crowd::new(silent.client(|builder| builder.max_concurrent_requests(places)));
        crowd.add(CALLS);
        // One by one, and then many together.
        for ended in 0..CALLS / 2 {
            crowd.drop([ended]);
            crowd.settle();
            let begun = silent.begun();
            assert_eq!(begun.len(), ended + 1 + places);
            assert!(begun.is_sorted(), "{begun:?}");
        }
        for ended in (CALLS / 2..CALLS - places).step_by(places) {
            crowd.drop(ended..ended + places);
            crowd.settle();
            assert_eq!(silent.begun().len(), (ended + 2 * places).min(CALLS));
        }
        let wakes = crowd.wakes();
        assert!(wakes < 40 * CALLS, "{wakes}");
    }
}

/// More than can be woken for each place; so the others look by themselves.
#[tokio::test(start_paused = true)]
async fn however_many_calls_are_left_alone_places_are_taken() {
    for alone in [10, 100, 1000] {
        let silent = Silent::timed();
        let client = silent.client(|builder| builder.max_concurrent_requests(1));
        let mut crowd = Crowd::new(client.clone());
        crowd.add(1 + alone);
        let last = tokio::spawn(call(&client, 1 + alone));
        tokio::task::yield_now().await;
        crowd.drop([0]);
        tokio::time::sleep(Duration::from_secs(2)).await;
        assert_eq!(silent.begun(), [0, alone + 1]);
        last.abort();
    }
}

/// As soon as there is a place for it, it is called.
#[tokio::test(start_paused = true)]
async fn whoever_was_passed_stands_in_line_again() {
    let silent = Silent::timed();
    let mut crowd = Crowd::new(silent.client(|builder| builder.max_concurrent_requests(1)));
    crowd.add(1 + 19);
    crowd.leave_alone(1..20);
    // Each looks for a place every second after it came, until there is one: then, those before this one have just done so.
    for _ in 20..40 {
        crowd.add(1);
        crowd.happens(Event::Advance(10)).await;
    }
    crowd.happens(Event::Advance(900)).await;
    crowd.drop([0]);
    for _ in 0..20 {
        crowd.happens(Event::Advance(10)).await;
    }
    for begun in 2..22 {
        let number = silent.begun().pop().unwrap();
        assert_eq!((silent.begun().len(), number >= 20), (begun, true));
        crowd.drop([number]);
        crowd.settle();
    }
}

#[tokio::test(start_paused = true)]
async fn whoever_is_far_back_passes_nobody_who_is_there() {
    let silent = Silent::timed();
    let mut crowd = Crowd::new(silent.client(|builder| builder.max_concurrent_requests(1)));
    crowd.add(1 + 40);
    for ended in 0..20 {
        crowd.drop([ended]);
        // Before those who are called.
        for _ in 0..3 {
            crowd.poll(40);
        }
        crowd.happens(Event::Advance(200)).await;
        assert_eq!(silent.begun(), (0..ended + 2).collect::<Vec<_>>());
    }
}

/// Those stand before it, at their old places, and it would not be called when a place is free.
#[tokio::test(start_paused = true)]
async fn a_call_is_not_held_up_by_those_who_come_back_before_it() {
    for alone in [1, 15, 16, 17, 100] {
        let silent = Silent::timed();
        let mut crowd = Crowd::new(silent.client(|builder| builder.max_concurrent_requests(1)));
        crowd.add(1 + alone);
        crowd.leave_alone(1..=alone);
        crowd.drop([0]);
        crowd.settle();
        crowd.add(1);
        crowd.happens(Event::Advance(1000)).await;
        crowd.add(1);
        let (on_way, waits) = (1 + alone, 2 + alone);
        assert_eq!(silent.begun(), [0, on_way]);
        for number in 1..=alone {
            crowd.poll(number);
        }
        crowd.settle();
        crowd.drop([on_way]);
        for _ in 0..2 {
            crowd.happens(Event::Advance(1000)).await;
        }
        assert_eq!(silent.begun(), [0, on_way, waits], "{alone}");
    }
}

/// Whoever is far back hears of it when it comes to the head.
#[tokio::test(start_paused = true)]
async fn whoever_stops_waiting_makes_room_for_those_far_behind() {
    let silent = Silent::timed();
    let mut crowd = Crowd::new(silent.client(|builder| builder.max_requests_per_second(10)));
    crowd.add(1 + 1000);
    crowd.drop(30..1000);
    for begun in 1..=31 {
        assert_eq!(silent.begun().len(), begun);
        crowd.happens(Event::Advance(100)).await;
    }
    assert_eq!(silent.begun().last(), Some(&1000));
}

#[tokio::test(start_paused = true)]
async fn a_call_that_waits_for_the_rate_holds_no_place() {
    let silent = Silent::timed();
    let client = silent.client(|builder| {
        let builder = builder.max_requests_per_second(1);
        builder.max_concurrent_requests(1)
    });
    let mut crowd = Crowd::new(client.clone());
    crowd.add(1);
    crowd.drop([0]);
    crowd.add(1);
    let second = tokio::spawn(call(&client, 2));
    tokio::time::sleep(Duration::from_millis(1900)).await;
    assert_eq!(silent.begun(), [0]);
    tokio::time::sleep(Duration::from_millis(200)).await;
    assert_eq!(silent.begun(), [0, 2]);
    second.abort();
}

/// Nobody has missed its turn that came while all places were taken.
#[tokio::test(start_paused = true)]
async fn a_rate_and_places_are_kept_together() {
    let silent = Silent::timed();
    let mut crowd = Crowd::new(silent.client(|builder| {
        let builder = builder.max_requests_per_second(10);
        builder.max_concurrent_requests(3)
    }));
    crowd.add(9);
    for _ in 0..60 {
        crowd.happens(Event::Advance(100)).await;
    }
    assert_eq!(silent.begun(), [0, 1, 2]);
    crowd.drop([0, 1, 2]);
    crowd.settle();
    for begun in [4, 5, 6, 6] {
        assert_eq!(silent.begun(), (0..begun).collect::<Vec<_>>());
        crowd.happens(Event::Advance(100)).await;
    }
}

/// A timer that is late does not bring its turn so near to the next ones that more begin in a second than may. Where it is late only now and
/// then, no turn is lost by it.
#[tokio::test(start_paused = true)]
async fn turns_that_come_late_keep_the_rate() {
    const MOST: usize = 10;
    // When the calls look, again and again; and how many have begun after ten seconds, the first one at once.
    let one_late = [&[190, 10][..], &[100; 98]].concat();
    for (pauses, expected) in [(one_late, 100), (vec![130, 70], 100), (vec![7], 98)] {
        let silent = Silent::timed();
        let mut crowd = Crowd::new(silent.client(|builder| builder.max_requests_per_second(10)));
        crowd.add(1 + 110);
        let mut passed = 0;
        for pause in pauses.iter().copied().cycle() {
            if passed + pause > 10_000 {
                break;
            }
            passed += pause;
            crowd.happens(Event::Advance(pause)).await;
        }
        assert_rate(&silent, MOST);
        let begun = silent.begun().len();
        assert!(begun >= expected, "{begun} of {expected}: {pauses:?}");
    }
}

/// No more begin in any second than this.
fn assert_rate(silent: &Silent, most: usize) {
    let begun = silent.begun.lock().unwrap();
    for window in begun.windows(most + 1) {
        let (first, last) = (window[0].1, window[most].1);
        assert!(last >= first + Duration::from_secs(1), "{window:?}");
    }
}

/// In which order calls give up, whether each is polled before, and whether those that are woken are polled at once.
#[test]
fn giving_up_wakes_a_few_however_many_wait() {
    const CALLS: usize = 1000;
    let orders: [fn(usize) -> usize; 3] = [
        |number| number,
        |number| CALLS - 1 - number,
        |number| number * 377 % CALLS,
    ];
    for order in orders {
        for (is_polled, at_once) in [(false, false), (false, true), (true, false), (true, true)] {
            let silent = Silent::default();
            let mut crowd = Crowd::new(silent.client(|builder| builder.max_requests_per_second(1)));
            crowd.add(1 + CALLS);
            for number in (0..CALLS).map(order) {
                if is_polled {
                    crowd.poll(1 + number);
                }
                crowd.drop([1 + number]);
                if at_once {
                    crowd.settle();
                }
            }
            crowd.settle();
            assert_eq!(silent.begun(), [0]);
            let wakes = crowd.wakes();
            assert!(wakes < 40 * CALLS, "{wakes}");
        }
    }
}

/// What may happen.
#[derive(Debug, Clone, Copy)]
enum Event {
    Begin,
    LeaveAlone(usize),
    TakeUp(usize),
    Drop(usize),
    Settle,
    Advance(u64),
}

fn event() -> impl Strategy<Value = Event> {
    prop_oneof![
        3 => Just(Event::Begin),
        2 => (0..CALLS).prop_map(Event::LeaveAlone),
        1 => (0..CALLS).prop_map(Event::TakeUp),
        2 => (0..CALLS).prop_map(Event::Drop),
        1 => Just(Event::Settle),
        1 => (0..300_u64).prop_map(Event::Advance),
    ]
}

/// More than are called at once.
const CALLS: usize = 50;

impl Crowd {
    async fn happens(&mut self, event: Event) {
        let count = self.calls.len();
        match event {
            Event::Begin if count < CALLS => self.add(1),
            Event::LeaveAlone(number) => self.leave_alone([number]),
            Event::TakeUp(number) if self.alone.remove(&number) && number < count => {
                self.poll(number);
            }
            Event::Drop(number) if number < count => self.drop([number]),
            Event::Settle => self.settle(),
            Event::Advance(ms) => {
                self.settle();
                tokio::time::advance(Duration::from_millis(ms)).await;
                self.settle();
            }
            _ => {}
        }
    }
}

/// What becomes of calls to which all this happens, no more than so many of them. Where there is a clock, a while passes after it.
fn after(
    events: Vec<Event>,
    most: usize,
    has_clock: bool,
    limit: impl FnOnce(ClientBuilder) -> ClientBuilder,
) -> (Silent, Crowd) {
    let mut runtime = tokio::runtime::Builder::new_current_thread();
    let runtime = runtime.enable_time().start_paused(true).build().unwrap();
    runtime.block_on(async {
        let silent = if has_clock {
            Silent::timed()
        } else {
            Silent::default()
        };
        let mut crowd = Crowd::new(silent.client(limit));
        for event in events {
            if !matches!(event, Event::Begin) || crowd.calls.len() < most {
                crowd.happens(event).await;
            }
        }
        crowd.settle();
        for _ in 0..if has_clock { 200 } else { 0 } {
            crowd.happens(Event::Advance(100)).await;
        }
        (silent, crowd)
    })
}

fn assert_no_place_is_free(silent: &Silent, crowd: &Crowd, places: usize) {
    let begun = silent.begun();
    let (on_way, left): (Vec<_>, Vec<_>) = (0..crowd.calls.len())
        .filter(|number| crowd.calls[*number].is_some())
        .partition(|number| begun.contains(number));
    assert!(on_way.len() <= places, "{on_way:?}");
    let all_are_alone = left.iter().all(|number| crowd.alone.contains(number));
    let is_full = on_way.len() == places;
    assert!(is_full || all_are_alone, "{left:?} wait for {on_way:?}");
}

proptest! {
    /// Whatever happens to those who wait, no place stays free that somebody wants who is there. No time has to pass for that.
    #[test]
    fn no_place_stays_free(
        places in 1..4_usize,
        events in proptest::collection::vec(event(), 0..100),
    ) {
        let (silent, crowd) = after(events, 16, false, |builder| {
            builder.max_concurrent_requests(places)
        });
        assert_no_place_is_free(&silent, &crowd, places);
    }

    /// Where there are more than are called at once, it may take a while.
    #[test]
    fn no_place_stays_free_however_many_wait(
        places in 1..4_usize,
        events in proptest::collection::vec(event(), 0..200),
    ) {
        let (silent, crowd) = after(events, CALLS, true, |builder| {
            builder.max_concurrent_requests(places)
        });
        assert_no_place_is_free(&silent, &crowd, places);
    }

    /// No more begin in any time than there are turns in it, and one.
    #[test]
    fn a_rate_is_kept_and_no_place_stays_free(
        places in 1..70_usize,
        events in proptest::collection::vec(event(), 0..200),
    ) {
        let (silent, crowd) = after(events, CALLS, true, |builder| {
            let builder = builder.max_requests_per_second(10);
            builder.max_concurrent_requests(places)
        });
        assert_no_place_is_free(&silent, &crowd, places);
        assert_rate(&silent, 10);
        let begun = silent.begun.lock().unwrap();
        for (number, (_, first)) in begun.iter().enumerate() {
            for (turns, (_, last)) in (0..).zip(&begun[number + 1..]) {
                assert!(*last >= *first + turns * Duration::from_millis(100), "{begun:?}");
            }
        }
    }
}
