//! One page on which every text that a page can hold is a slot. Takes texts for some slots and returns the page with its path;
//! the other slots hold something harmless. Refuses nothing: a slot takes any text, also one that breaks the page.

/// Every slot with its harmless text.
pub const SLOTS: &[(&str, &str)] = &[
    ("folder", "Zoo_Agent"),
    ("file", "v1ZooAgent_Feed"),
    ("title", "POST Agents/Zoo/Feed"),
    ("uid", "v1ZooAgent_Feed"),
    ("verb", "POST"),
    ("segment", "Feed"),
    ("summary", "Feeds an animal."),
    ("remark", "Twice a day."),
    ("restriction", "Ask the keeper."),
    ("path", "cage"),
    ("path_doc", "Which cage"),
    ("query", "until"),
    ("query_type", "string"),
    ("query_doc", "Not later"),
    ("value", "Small"),
    ("header", "X-Keeper"),
    ("header_doc", "Who"),
    ("media", "application/json"),
    ("body", "request"),
    ("body_doc", "What to feed"),
    ("property", "AnimalId"),
    ("property_type", "Integer"),
    ("property_doc", "Which one"),
    ("list", "animal"),
    ("response_doc", "What was left."),
    ("status", "200"),
    ("status_doc", "OK"),
    ("model", "Meal"),
    ("field", "MealId"),
    ("field_type", "int32"),
    ("field_doc", "Which meal"),
    ("request_line", "POST /api/v1/Agents/Zoo/{cage}/Feed"),
    ("request_header", "Accept: application/json"),
    ("request_key", "AnimalId"),
    ("inner_key", "Food"),
    ("inner_value", "hay"),
];

const PAGE: &str = include_str!("../pages/template.md");

/// The page and its path.
#[must_use]
pub fn page(filled: &[(&str, &str)]) -> (String, String) {
    let text_of = |slot: &str| {
        let own = filled.iter().find(|(name, _)| *name == slot);
        let harmless = || SLOTS.iter().find(|(name, _)| *name == slot);
        own.or_else(harmless).map_or("", |(_, text)| *text)
    };
    let mut out = String::with_capacity(PAGE.len() * 2);
    let mut rest = PAGE;
    while let Some((before, after)) = rest.split_once("«") {
        let (slot, after) = after.split_once("»").unwrap_or((after, ""));
        out.push_str(before);
        out.push_str(text_of(slot));
        rest = after;
    }
    out.push_str(rest);
    let path = format!("agent/{}/{}.md", text_of("folder"), text_of("file"));
    (path, out)
}
