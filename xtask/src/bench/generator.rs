//! `bench`: takes folders of pages and prints what generating from them costs: each stage, the whole program with nothing to
//! change and with one page changed, and how the cost grows with the number of pages.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use anyhow::{Context as _, Result, ensure};

use super::grow::grow;
use super::measure::{Figure, figures, least, own, program};
use super::stages::{FLOOR, STAGES, pages_of};
use super::table::{Amount, megabytes, table};
use crate::load::shown;
use crate::{cargo, cli, workspace};

/// How many times the pages are written for the growth of the cost.
const SIZES: [usize; 4] = [1, 2, 4, 8];
/// What a changed page gets: one more field in the first table of a body.
const NEW_ROW: &str = "| BenchField | int32 |  |\n";

/// Runs the verb.
pub(super) fn run(specs: &[PathBuf], repeat: usize, with_growth: bool) -> Result<()> {
    let scratch = workspace::root()?.join("target/bench");
    let trees = if specs.is_empty() {
        usual()?
    } else {
        specs.to_vec()
    };
    for tree in &trees {
        let tree = std::path::absolute(tree)?;
        let stages = stages(&tree, &scratch, repeat)?;
        cli::println(format_args!("## {}\n\n{stages}", shown(&tree)))?;
        cli::println(whole(&tree, &scratch, repeat)?)?;
    }
    if let (true, Some(tree)) = (with_growth, trees.first()) {
        cli::println(growth(&std::path::absolute(tree)?, &scratch, repeat)?)?;
    }
    Ok(())
}

fn usual() -> Result<Vec<PathBuf>> {
    let root = workspace::root()?;
    let edition = root.join("../shared/corpus/2023");
    Ok([root.join("specs/pages"), edition]
        .into_iter()
        .filter(|tree| tree.is_dir())
        .collect())
}

/// The table of stages, with what `codegen` does in sum and how many times the floor that is.
fn stages(tree: &Path, scratch: &Path, repeat: usize) -> Result<String> {
    let mut rows = measured_stages(tree, scratch, repeat)?;
    let sum = sum("all stages", &rows, &STAGES)?;
    let floor = self::sum("floor", &rows, &FLOOR)?;
    let times = sum.cpu.as_secs_f64() / floor.cpu.as_secs_f64();
    rows.extend([floor, sum]);
    Ok(format!(
        "{}\n{times:.1} times the floor.\n",
        table(&rows, Some(amount(tree)?))
    ))
}

fn measured_stages(tree: &Path, scratch: &Path, repeat: usize) -> Result<Vec<Figure>> {
    let out = scratch.join("stages");
    least(repeat, || {
        empty(&out)?;
        figures(
            own(["bench", "stages", "--specs"])?
                .arg(tree)
                .arg("--out")
                .arg(&out),
        )
    })
}

fn sum(name: &str, rows: &[Figure], steps: &[&str]) -> Result<Figure> {
    let parts: Vec<&Figure> = rows
        .iter()
        .filter(|row| steps.contains(&row.name.as_str()))
        .collect();
    ensure!(parts.len() == steps.len(), "a step is missing");
    Ok(Figure {
        name: name.to_owned(),
        cpu: parts.iter().map(|part| part.cpu).sum(),
        wall: parts.iter().map(|part| part.wall).sum(),
        peak: parts.iter().map(|part| part.peak).max().unwrap_or_default(),
    })
}

fn amount(tree: &Path) -> Result<Amount> {
    let pages = pages_of(tree);
    let bytes: Result<Vec<u64>, _> = pages
        .iter()
        .map(|page| fs::metadata(page).map(|file| file.len()))
        .collect();
    Ok(Amount {
        pages: pages.len(),
        bytes: bytes?.iter().sum(),
    })
}

/// The whole program: nothing to change, one page changed.
fn whole(tree: &Path, scratch: &Path, repeat: usize) -> Result<String> {
    let (copy, out) = (scratch.join("pages"), scratch.join("generated"));
    empty(&copy)?;
    grow(tree, 1, &copy)?;
    let codegen = codegen(&copy, &out)?;
    program("", &codegen)?;
    let mut rows = least(repeat, || program("codegen, nothing to change", &codegen))?;
    let (page, text) = page_with_body(&copy)?;
    let changed = with_row(&text).context("a page with a table of a body")?;
    rows.extend(least(repeat, || {
        fs::write(&page, &text)?;
        program("", &codegen)?;
        fs::write(&page, &changed)?;
        program("codegen, one page changed", &codegen)
    })?);
    fs::write(&page, &text)?;
    let stale = cargo::output(self::codegen(&copy, &out)?.arg("--dry-run"))?;
    let touched = stale
        .lines()
        .filter_map(|line| line.strip_prefix("stale: "));
    let touched: Vec<&str> = touched
        .filter_map(|line| line.split_whitespace().next())
        .collect();
    Ok(format!(
        "{}\nA field more on {} touches {} files: {}\n",
        table(&rows, None),
        page.file_name().unwrap_or_default().display(),
        touched.len(),
        touched.join(", ")
    ))
}

fn codegen(specs: &Path, out: &Path) -> Result<Command> {
    let mut command = own(["codegen", "--specs"])?;
    command.arg(specs).arg("--out").arg(out);
    Ok(command)
}

/// A page in the middle that has a table of a response body, and its text.
fn page_with_body(tree: &Path) -> Result<(PathBuf, String)> {
    let mut pages = pages_of(tree);
    pages.sort();
    let half = pages.len() / 2;
    pages.rotate_left(half);
    let read = |page: PathBuf| fs::read_to_string(&page).ok().map(|text| (page, text));
    let mut texts = pages.into_iter().filter_map(read);
    texts
        .find(|(_, text)| with_row(text).is_some())
        .context("no page has a table of a body")
}

/// The page with one more row behind the rule of the table of its response body.
fn with_row(text: &str) -> Option<String> {
    let body = text.find("### Response body: ")?;
    let rule = body + text.get(body..)?.find("\n|---")? + 1;
    let end = rule + text.get(rule..)?.find('\n')? + 1;
    Some(format!("{}{NEW_ROW}{}", text.get(..end)?, text.get(end..)?))
}

/// The sum of the stages at 1, 2, 4, 8 times the pages.
fn growth(tree: &Path, scratch: &Path, repeat: usize) -> Result<String> {
    let grown = scratch.join("grown");
    let mut text =
        "| pages | CPU s | ms per page | peak MB | floor CPU s |\n|---:|---:|---:|---:|---:|\n"
            .to_owned();
    for size in SIZES {
        empty(&grown)?;
        grow(tree, size, &grown)?;
        let rows = measured_stages(&grown, scratch, repeat)?;
        let pages = pages_of(&grown).len();
        let (sum, floor) = (sum("", &rows, &STAGES)?, sum("", &rows, &FLOOR)?);
        let (cpu, floor) = (sum.cpu.as_secs_f64(), floor.cpu.as_secs_f64());
        let each = sum.cpu / u32::try_from(pages)?;
        text += &format!(
            "| {pages} | {cpu:.2} | {:.3} | {} | {floor:.2} |\n",
            milliseconds(each),
            megabytes(sum.peak)
        );
    }
    empty(&grown)?;
    Ok(text)
}

fn milliseconds(time: Duration) -> f64 {
    time.as_secs_f64() * 1000.0
}

fn empty(folder: &Path) -> Result<()> {
    if folder.exists() {
        fs::remove_dir_all(folder)?;
    }
    fs::create_dir_all(folder).with_context(|| format!("cannot create `{}`", folder.display()))
}
