//! Whether a body is bytes and no value, by all that its page says: its words, its media types, its table and its sample. Takes the
//! draft of a page, which may still lack the sample that is being read. Refuses nothing.

use apidoc_model::Span;
use apidoc_model::api::Type;

use crate::draft::{Draft, Sample, SampleBody};
use crate::json::Json;
use crate::media;
use crate::vocabulary::Word;

/// Parts of media types that are no bytes beside JSON: the service offers the same value in several forms.
const VALUE_MEDIA: [&str; 3] = ["json", "xml", "text/"];
/// Media type of forms with files.
const FORM_MEDIA: &str = "multipart/form-data";

/// Whether a word of a body says that it is bytes.
pub(crate) fn is_word(word: &str) -> bool {
    matches!(Word::first(word), Word::Bytes | Word::Exact(Type::Base64))
}

/// What is sent is bytes where no media type is JSON; next to JSON, where nothing describes a value.
pub(crate) fn are_sent(draft: &Draft) -> bool {
    let request = draft.request.as_ref();
    let request = request.filter(|request| request.table.is_none());
    let is_said = request.is_some_and(|request| {
        let form = draft.content_types.iter().any(|media| media == FORM_MEDIA);
        form || request.kind.iter().any(|kind| is_word(&kind.value))
    });
    is_said || media::have_no_json(&draft.content_types)
}

/// What is returned is announced as bytes by its word, by media types that have no JSON, or by no word at all next to media types or a
/// sample that are no values.
pub(crate) fn are_returned(draft: &Draft) -> bool {
    let response = &draft.response;
    let words = || [&response.label, &response.kind].into_iter().flatten();
    if words().any(|word| is_word(&word.value)) || media::have_no_json(&draft.accept) {
        return true;
    }
    let untold = words().all(|word| word.value.is_empty()) && response.table.is_none();
    let is_value = |media: &String| VALUE_MEDIA.iter().any(|value| media.contains(value));
    let sample = draft.response_sample.as_ref();
    let is_raw = sample.is_some_and(|sample| matches!(sample.body, SampleBody::Raw(_)));
    let is_shown = value_sample(sample).is_some();
    untold && (is_raw || (!is_shown && !draft.accept.iter().all(is_value)))
}

/// The place of a sample that shows a value. A text may stand for bytes, and so may a number, which pages show where they do not
/// know what to show.
pub(crate) fn value_sample(sample: Option<&Sample>) -> Option<Span> {
    match &sample?.body {
        SampleBody::Json(Json::Object(_) | Json::Array(_) | Json::Bool(_), span) => Some(*span),
        _ => None,
    }
}
