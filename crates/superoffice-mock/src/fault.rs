//! What goes wrong on purpose. A rule says which requests suffer which fault and how often; a request may also ask for one
//! by the header `X-Mock-Fault`, so that foreign clients need no code. A text or header that names no fault is refused with
//! the list of those there are.

use std::str::FromStr;
use std::time::Duration;

use http::{HeaderMap, Method, StatusCode, header};

use crate::exchange::{Answer, Incoming};

/// Something that goes wrong with an answer.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Fault {
    /// The answer comes after this time. Header form: `latency=MILLISECONDS`.
    Latency(Duration),
    /// The request is carried out, then the connection closes without an answer. Header form: `reset`.
    Reset,
    /// This status with the platform's error body, and `Retry-After` where given; the request is not carried out. Header
    /// form: `429`, `503; retry-after=2`.
    Status(u16, Option<String>),
    /// This status with an HTML page, as proxies send; the request is not carried out. Header form: `html=502`.
    Html(u16),
    /// The answer breaks off in the middle of its body. Header form: `truncate`.
    Truncate,
    /// An answer of about this many bytes. Header form: `oversize=BYTES`.
    Oversize(u64),
    /// Status 421: the tenant has moved away from this address. Header form: `moved`.
    Moved,
}

impl Fault {
    /// Only for requests whose path contains `path`, whatever its case.
    #[must_use]
    pub fn on(self, path: &str) -> FaultRule {
        FaultRule::from(self).on(path)
    }

    /// For this many requests.
    #[must_use]
    pub fn times(self, times: usize) -> FaultRule {
        FaultRule::from(self).times(times)
    }

    /// For every request from now on.
    #[must_use]
    pub fn always(self) -> FaultRule {
        FaultRule::from(self).always()
    }

    /// After this many requests that stay unharmed.
    #[must_use]
    pub fn after(self, requests: usize) -> FaultRule {
        FaultRule::from(self).after(requests)
    }

    /// For every so manieth request from now on.
    #[must_use]
    pub fn every(self, requests: usize) -> FaultRule {
        FaultRule::from(self).every(requests)
    }

    fn parse(text: &str) -> Option<Self> {
        let (text, extra) = text.split_once(';').unwrap_or((text, ""));
        let named = extra.split_once('=');
        let retry_after = named.filter(|(name, _)| is(name, "retry-after"));
        let retry_after = retry_after.map(|(_, value)| value.trim().to_owned());
        let (name, value) = text.trim().split_once('=').unwrap_or((text.trim(), ""));
        match name.to_ascii_lowercase().as_str() {
            "latency" => Some(Self::Latency(Duration::from_millis(value.parse().ok()?))),
            "reset" => Some(Self::Reset),
            "html" => Some(Self::Html(value.parse().ok()?)),
            "truncate" => Some(Self::Truncate),
            "oversize" => Some(Self::Oversize(value.parse().ok()?)),
            "moved" => Some(Self::Moved),
            status => Some(Self::Status(status.parse().ok()?, retry_after)),
        }
    }
}

/// Whether a text is this name, whatever its case.
fn is(text: &str, name: &str) -> bool {
    text.trim().eq_ignore_ascii_case(name)
}

/// Which requests suffer a fault, and how often: one request, the next one, unless said otherwise.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FaultRule {
    fault: Fault,
    path: Option<String>,
    method: Option<Method>,
    skip: usize,
    times: usize,
    /// One of so many requests.
    every: usize,
    /// Requests since the last that suffered.
    unharmed: usize,
}

/// The text names no fault.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error(
    "`{0}` is no fault; {FORMS}, each with `; on=PATH`, `; every=N`, `; times=N` and `; after=N` where wanted"
)]
pub struct UnknownFault(String);

/// The texts of faults.
const FORMS: &str = "one is latency=MS, reset, STATUS, STATUS; retry-after=S, html=STATUS, truncate, oversize=BYTES or moved";

/// Reads a rule: the header form of a [`Fault`], then what narrows it, as in `503; retry-after=1; on=/Contact; every=10`. Every
/// request from now on suffers it unless said otherwise.
impl FromStr for FaultRule {
    type Err = UnknownFault;

    fn from_str(text: &str) -> Result<Self, UnknownFault> {
        Self::parse(text).ok_or_else(|| UnknownFault(text.to_owned()))
    }
}

impl From<Fault> for FaultRule {
    fn from(fault: Fault) -> Self {
        Self {
            fault,
            path: None,
            method: None,
            skip: 0,
            times: 1,
            every: 1,
            unharmed: 0,
        }
    }
}

impl FaultRule {
    /// Only for requests whose path contains `path`, whatever its case.
    #[must_use]
    pub fn on(mut self, path: &str) -> Self {
        self.path = Some(path.to_ascii_lowercase());
        self
    }

    /// Only for requests with this method.
    #[must_use]
    pub fn method(mut self, method: Method) -> Self {
        self.method = Some(method);
        self
    }

    /// For this many requests.
    #[must_use]
    pub const fn times(mut self, times: usize) -> Self {
        self.times = times;
        self
    }

    /// For every request from now on.
    #[must_use]
    pub const fn always(self) -> Self {
        self.times(usize::MAX)
    }

    /// After this many requests that stay unharmed.
    #[must_use]
    pub const fn after(mut self, requests: usize) -> Self {
        self.skip = requests;
        self
    }

    /// For every so manieth request from now on.
    #[must_use]
    pub fn every(mut self, requests: usize) -> Self {
        self.every = requests.max(1);
        self.times(usize::MAX)
    }

    fn parse(text: &str) -> Option<Self> {
        let mut parts = text.split(';').map(str::trim);
        let mut fault = parts.next()?.to_owned();
        let mut narrowing = Vec::new();
        for part in parts {
            match part.split_once('=')? {
                (name, _) if is(name, "retry-after") => fault = format!("{fault}; {part}"),
                other => narrowing.push(other),
            }
        }
        let mut rule = Fault::parse(&fault)?.always();
        for (name, value) in narrowing {
            rule = match name {
                "on" => rule.on(value),
                "every" => rule.every(value.parse().ok()?),
                "times" => rule.times(value.parse().ok()?),
                "after" => rule.after(value.parse().ok()?),
                _ => return None,
            };
        }
        Some(rule)
    }

    /// Counts a request that it concerns; returns whether the request suffers.
    fn strikes(&mut self) -> bool {
        if self.skip > 0 {
            self.skip -= 1;
            return false;
        }
        self.unharmed += 1;
        if self.unharmed < self.every {
            return false;
        }
        self.unharmed = 0;
        self.times -= 1;
        true
    }

    fn concerns(&self, request: &Incoming) -> bool {
        let path = request.uri.path().to_ascii_lowercase();
        self.path.as_ref().is_none_or(|part| path.contains(part))
            && self
                .method
                .as_ref()
                .is_none_or(|method| *method == request.method)
    }
}

/// The rules in force.
#[derive(Debug, Default, Clone)]
pub(crate) struct Faults(Vec<FaultRule>);

/// What a request suffers.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Suffering {
    /// How long the answer waits.
    pub(crate) delay: Duration,
    pub(crate) fault: Option<Fault>,
}

impl Suffering {
    fn add(&mut self, fault: Fault) {
        match fault {
            Fault::Latency(time) => self.delay = self.delay.saturating_add(time),
            fault => self.fault = Some(fault),
        }
    }
}

impl Faults {
    pub(crate) fn add(&mut self, rule: FaultRule) {
        self.0.push(rule);
    }

    /// What `request` suffers: all latencies, and the first other fault. Counts it.
    pub(crate) fn next(&mut self, request: &Incoming) -> Suffering {
        let mut suffering = Suffering::default();
        for rule in self.0.iter_mut().filter(|rule| rule.concerns(request)) {
            let is_latency = matches!(rule.fault, Fault::Latency(_));
            if (is_latency || suffering.fault.is_none()) && rule.strikes() {
                suffering.add(rule.fault.clone());
            }
        }
        self.0.retain(|rule| rule.times > 0);
        suffering
    }
}

/// What the request itself asks for.
pub(crate) fn asked_for(headers: &HeaderMap) -> Result<Option<Suffering>, Box<Answer>> {
    let Some(value) = headers.get("x-mock-fault") else {
        return Ok(None);
    };
    let text = value.to_str().unwrap_or_default();
    let Some(fault) = Fault::parse(text) else {
        let message = format!("X-Mock-Fault names no fault; {FORMS}");
        let answer = Answer::error(StatusCode::BAD_REQUEST, "ArgumentException", &message);
        return Err(Box::new(answer));
    };
    let mut suffering = Suffering::default();
    suffering.add(fault);
    Ok(Some(suffering))
}

/// The answer that stands in for the real one, where the fault keeps the request from being carried out.
pub(crate) fn instead(fault: &Fault) -> Option<Answer> {
    match fault {
        Fault::Status(code, retry_after) => {
            let answer = Answer::error(
                status(*code),
                "SoFaultException",
                "a fault that was asked for",
            );
            Some(match retry_after {
                Some(value) => answer.with(header::RETRY_AFTER, value),
                None => answer,
            })
        }
        Fault::Html(code) => {
            let status = status(*code);
            let page = format!(
                "<!DOCTYPE html><html><head><title>{status}</title></head><body><h1>{status}</h1></body></html>"
            );
            Some(Answer::text(status, "text/html; charset=utf-8", page))
        }
        Fault::Moved => Some(moved()),
        _ => None,
    }
}

/// Status 421.
pub(crate) fn moved() -> Answer {
    Answer::error(
        StatusCode::MISDIRECTED_REQUEST,
        "SoMisdirectedRequestException",
        "the tenant is at another address",
    )
}

/// The fault's header value is 100 at least, or else 500.
fn status(code: u16) -> StatusCode {
    StatusCode::from_u16(code).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR)
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::{Fault, FaultRule};

    #[test]
    fn header_forms_name_faults() {
        let cases = [
            ("latency=5", Some(Fault::Latency(Duration::from_millis(5)))),
            ("reset", Some(Fault::Reset)),
            (
                "503; retry-after=2",
                Some(Fault::Status(503, Some("2".to_owned()))),
            ),
            ("429", Some(Fault::Status(429, None))),
            ("html=502", Some(Fault::Html(502))),
            ("truncate", Some(Fault::Truncate)),
            ("oversize=9", Some(Fault::Oversize(9))),
            ("moved", Some(Fault::Moved)),
            ("", None),
            ("latency", None),
        ];
        for (text, expected) in cases {
            assert_eq!(Fault::parse(text), expected, "{text}");
        }
    }

    #[test]
    fn texts_are_rules() {
        let text = "503; retry-after=2; on=/Contact; every=10; after=1";
        let expected = Fault::Status(503, Some("2".to_owned()));
        assert_eq!(text.parse(), Ok(expected.on("/contact").every(10).after(1)));
        assert_eq!("reset;times=3".parse(), Ok(Fault::Reset.times(3)));
        assert_eq!("HTML=502".parse(), Ok(Fault::Html(502).always()));
        let narrowed = Fault::Reset.on("/a").always();
        assert_eq!("reset; on=/a".parse(), Ok(narrowed));
        for text in [
            "",
            "nothing",
            "503; often",
            "503; every=x",
            "503; when=now",
            "on=/a",
        ] {
            let rule: Result<FaultRule, _> = text.parse();
            assert!(
                rule.is_err_and(|error| error.to_string().contains("latency=MS")),
                "{text}"
            );
        }
    }

    #[test]
    fn a_rule_strikes_as_often_as_it_says() {
        let strikes = |rule: FaultRule| {
            let mut rule = rule;
            (0..7)
                .map(|_| rule.times > 0 && rule.strikes())
                .collect::<Vec<_>>()
        };
        let (yes, no) = (true, false);
        assert_eq!(
            strikes(Fault::Reset.every(3)),
            [no, no, yes, no, no, yes, no]
        );
        assert_eq!(
            strikes(Fault::Reset.every(2).times(2)),
            [no, yes, no, yes, no, no, no]
        );
        assert_eq!(
            strikes(Fault::Reset.times(2).after(1)),
            [no, yes, yes, no, no, no, no]
        );
        assert_eq!(strikes(Fault::Reset.every(0)), [yes; 7]);
    }
}
