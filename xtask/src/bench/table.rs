//! Figures as a table of markdown, so that they can be copied into `crates/BENCHMARKS.md`.

use super::measure::Figure;

/// How much was worked on, for the columns of speed.
#[derive(Debug, Clone, Copy)]
pub(super) struct Amount {
    pub(super) pages: usize,
    pub(super) bytes: u64,
}

/// A table of figures; with an amount, speeds too, per second of CPU time.
pub(super) fn table(figures: &[Figure], amount: Option<Amount>) -> String {
    let (head, rule) = match amount {
        Some(_) => ("| pages/s | MB/s |", "---:|---:|"),
        None => ("|", ""),
    };
    let head = format!("| | CPU s | wall s | peak MB {head}\n|---|---:|---:|---:|{rule}\n");
    figures
        .iter()
        .fold(head, |text, figure| text + &row(figure, amount))
}

fn row(figure: &Figure, amount: Option<Amount>) -> String {
    let Figure {
        name, cpu, wall, ..
    } = figure;
    let (cpu, wall) = (cpu.as_secs_f64(), wall.as_secs_f64());
    let speed = amount.map(|amount| speed(amount, cpu)).unwrap_or_default();
    format!(
        "| {name} | {cpu:.3} | {wall:.3} | {} |{speed}\n",
        megabytes(figure.peak)
    )
}

#[expect(clippy::cast_precision_loss, reason = "three digits are shown")]
fn speed(amount: Amount, cpu: f64) -> String {
    let cpu = cpu.max(1e-6);
    let (pages, megabytes) = (amount.pages as f64 / cpu, amount.bytes as f64 / 1e6 / cpu);
    format!(" {pages:.0} | {megabytes:.1} |")
}

/// KiB as units of 10^6 bytes.
pub(super) fn megabytes(kibibytes: u64) -> u64 {
    kibibytes * 1024 / 1_000_000
}
