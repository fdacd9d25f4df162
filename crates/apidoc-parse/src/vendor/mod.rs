//! Takes the drafts of one operation from several editions and returns one page in the newest dialect with facts only: names,
//! types, statuses, restrictions, and samples of real shape with neutral values; prose only where it is asked for. It refuses
//! nothing. Writing the pages that it wrote gives the same bytes again.

mod form;
mod keys;
mod merge;
mod neutral;
mod page;
mod prose;
mod samples;
mod shape;

use apidoc_model::sample::Side;

use crate::draft::Draft;
use crate::editions::{self, Editions};
use merge::Merged;
use neutral::Constants;
pub use samples::neutral_samples;

/// What a vendored page carries besides the facts.
#[derive(Debug, Clone, Copy)]
struct Options<'c> {
    /// Whether descriptions are kept. They are the publisher's text.
    keep_prose: bool,
    /// Texts of samples that are kept, because they are constants of enumerations.
    constants: &'c Constants<'c>,
}

/// A page to write.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct VendoredPage {
    /// Path in the tree of pages.
    pub path: String,
    /// The text.
    pub text: String,
}

/// Pages for all operations of tree 0, with the other trees as evidence, sorted by path.
#[must_use]
pub fn vendor(drafts: &[Draft], keep_prose: bool) -> Vec<VendoredPage> {
    let (editions, _) = editions::pair(drafts);
    let messages: Vec<Messages<'_>> = editions.iter().map(Messages::of).collect();
    let constants = Constants::of(&messages);
    let options = Options {
        keep_prose,
        constants: &constants,
    };
    let page = |edition: &Editions<'_>| VendoredPage {
        path: format!("{}.md", edition.newest.page()),
        text: page::write(&edition.all().collect::<Vec<_>>(), edition.newest, options),
    };
    let mut pages: Vec<VendoredPage> = editions.iter().map(page).collect();
    pages.sort_by(|one, other| one.path.cmp(&other.path));
    pages
}

/// The messages of an operation, each with the shape of all editions.
struct Messages<'d> {
    request: Option<Merged<'d>>,
    response: Option<Merged<'d>>,
}

impl<'d> Messages<'d> {
    fn of(edition: &Editions<'d>) -> Self {
        let drafts: Vec<&'d Draft> = edition.all().collect();
        Self {
            request: merge::samples(&drafts, Side::Request),
            response: merge::samples(&drafts, Side::Response),
        }
    }
}
