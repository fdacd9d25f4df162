//! Takes a size and returns pages on which readers of markdown and of tables are known to take too long: 26 kinds of nested or
//! repeated marks and 11 tables that are too large in one way each. Refuses nothing.

/// A kind of bomb.
#[derive(Clone, Copy)]
pub struct Bomb {
    /// What it repeats.
    pub name: &'static str,
    /// Makes it, with this many repetitions.
    pub make: fn(usize) -> String,
}

/// Text that nests or repeats marks.
pub const MARKS: &[Bomb] = &[
    bomb("nested strong emphasis", |n| {
        around("*a **a ", "b", " a** a*", n)
    }),
    bomb("emphasis that never opens", |n| "a_ ".repeat(n)),
    bomb("emphasis that never closes", |n| "_a ".repeat(n)),
    bomb("closing brackets", |n| "a]".repeat(n)),
    bomb("opening brackets", |n| "[a".repeat(n)),
    bomb("opening brackets alone", |n| "[".repeat(n)),
    bomb("brackets in brackets", |n| around("[", "a", "]", n)),
    bomb("emphasis that does not match", |n| "*a_ ".repeat(n)),
    bomb("bracket and emphasis", |n| {
        format!("**x [a*b**c*](d){}", "[a*b".repeat(n))
    }),
    bomb("openers of links", |n| "[a](<b".repeat(n)),
    bomb("links without an end", |n| "[a](b".repeat(n)),
    bomb("links in links", |n| around("[", "a", "](b)", n)),
    bomb("images in images", |n| around("![", "a", "](b)", n)),
    bomb("quotes in quotes", |n| format!("{}a", "> ".repeat(n))),
    bomb("lists in lists", |n| {
        (0..n.min(2000))
            .map(|depth| format!("{}* a\n", "  ".repeat(depth)))
            .collect()
    }),
    bomb("list marks in one line", |n| format!("{}a", "- ".repeat(n))),
    bomb("marks of different length", |n| {
        (1..n.min(3000))
            .map(|length| format!("e{}", "`".repeat(length)))
            .collect()
    }),
    bomb("fences that are not closed", |n| "```\na\n\n".repeat(n)),
    bomb("opening of comments", |n| "<!-- a ".repeat(n)),
    bomb("opening of declarations", |n| {
        format!("</{}", "<!A ".repeat(n))
    }),
    bomb("opening of instructions", |n| "<?".repeat(n)),
    bomb("tags without an end", |n| "<a b='c".repeat(n)),
    bomb("entities", |n| "&#x41;&amp;&nope;&#99999999;".repeat(n)),
    bomb("definitions of references", |n| {
        (0..n).map(|at| format!("[{at}]: b\n\n[{at}] ")).collect()
    }),
    bomb("headings", |n| "# a\n## Response:\n".repeat(n)),
    bomb("headings that come again", |n| {
        format!("{}{}", "# a\n".repeat(n), "# Request headers\n".repeat(n))
    }),
];

/// Tables that are too large.
pub const TABLES: &[Bomb] = &[
    bomb("rows", |n| {
        format!("{HEAD}{}", "| a | string | b |\n".repeat(n))
    }),
    bomb("rows of one cell", |n| format!("{HEAD}{}", "|\n".repeat(n))),
    bomb("rows that are not closed", |n| {
        format!("{HEAD}{}", "| a | string | b\n".repeat(n))
    }),
    bomb("rows broken over lines", |n| {
        format!("{HEAD}| a | string | {}|\n", "b\n".repeat(n))
    }),
    bomb("columns", |n| {
        format!(
            "| Property Name |{}\n|---|{}\n| a |{}\n",
            " b |".repeat(n),
            "---|".repeat(n),
            " c |".repeat(n)
        )
    }),
    bomb("one large cell", |n| {
        format!("{HEAD}| a | string | {} |\n", "b ".repeat(n))
    }),
    bomb("columns without rows to fit", |n| {
        format!(
            "| Property Name |{}\n|---|{}\n{}",
            " b |".repeat(n),
            "---|".repeat(n),
            "| a |\n".repeat(n)
        )
    }),
    bomb("brackets in a name", |n| {
        format!("{HEAD}| {} | string | b |\n", "[".repeat(n))
    }),
    bomb("brackets in a type", |n| {
        format!("{HEAD}| a | {} | b |\n", "[".repeat(n))
    }),
    bomb("rows that list values", |n| {
        let row = |at| format!("| a{at} | Enum: b{at}, c | |\n");
        format!("{HEAD}{}", (0..n).map(row).collect::<String>())
    }),
    bomb("brackets in a description", |n| {
        format!("{HEAD}| a | string | {} |\n", "[".repeat(n))
    }),
];

const HEAD: &str = "| Property Name | Type | Description |\n|---|---|---|\n";

const fn bomb(name: &'static str, make: fn(usize) -> String) -> Bomb {
    Bomb { name, make }
}

/// A page with the bomb where the response is described, so that every stage meets it.
#[must_use]
pub fn page(bomb: &Bomb, size: usize) -> String {
    format!(
        "---\nuid: v1ZooAgent_Feed\n---\n\n# POST x\n\n```http\nPOST /api/v1/Agents/Zoo/Feed\n```\n\n## Response:\n\n\
         | Response | Description |\n|---|---|\n| 200 | |\n\n### Response body: Meal\n\n{}\n",
        (bomb.make)(size)
    )
}

fn around(open: &str, inner: &str, close: &str, n: usize) -> String {
    format!("{}{inner}{}", open.repeat(n), close.repeat(n))
}
