//! Examples of the SDK in `examples/`, each a program that runs offline against the tenant of `superoffice-mock`, and tests
//! in `tests/` that need both. There is nothing in this library itself; an example is run by
//! `cargo run -p superoffice-examples --example first_call`.
//!
//! | example | shows |
//! |---|---|
//! | `first_call` | a client, a typed operation, a typed answer |
//! | `seed_operations` | an object, a list and a truth value from agents |
//! | `one_of_each_kind` | every kind of result and body, awaited and blocking |
//! | `contact_crud` | create, read, update, delete, with custom fields |
//! | `stream_archive` | all rows that pass a filter, in the program's own type |
//! | `patch_conflict` | changing what has changed, and noticing that somebody was faster |
//! | `document_transfer` | streaming up and down |
//! | `oauth_login` | authorization code with PKCE, renewal, tenant by name |
//! | `system_user_login` | a service without a user |
//! | `webhook_receiver` | checking and reading webhooks |
//! | `blocking` | the same client on ordinary threads |
//! | `own_transport` | middleware, another HTTP library, a test double |
//! | `test_your_integration` | testing your own code with the mock |

#![forbid(unsafe_code)]

/// The front page of the SDK, whose programs are compiled here.
#[cfg(doctest)]
#[doc = include_str!("../../apidoc-emit/emitted/superoffice/front.md")]
struct FrontPage;
