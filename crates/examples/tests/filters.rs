//! Every condition that the client can make, sent to the offline tenant, which accepts it and gives exactly the rows for
//! which it is true. Which rows those are is worked out here again, in another way.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

use std::collections::BTreeSet;

use jiff::civil::Date;
use jiff::tz::TimeZone;
use jiff::{Timestamp, ToSpan as _};
use superoffice::DateTime;
use superoffice::archive::column::{self, Period};
use superoffice::archive::{Filter, Row};
use superoffice::models::{Associate, SaleEntity, SaleType};
use superoffice::prelude::*;
use superoffice_mock::MockTenant;

/// Days from today on which there are sales: the next ones all, then some.
fn distances() -> impl Iterator<Item = i64> {
    (-420..=420).filter(|distance: &i64| distance.abs() < 22 || distance % 5 == 0)
}

/// What a sale of the test holds.
struct Sale {
    key: i64,
    heading: String,
    amount: f64,
    published: bool,
    /// Of one sale it is not known.
    day: Option<Date>,
    hour: i64,
    associate: i32,
    kind: i32,
}

impl Sale {
    fn all(today: Date) -> Vec<Self> {
        let days = distances().map(|distance| today.checked_add(distance.days()).unwrap());
        let days = days.map(Some).chain([None]);
        let sales = (1_i32..).zip(days).map(|(key, day)| Self {
            key: key.into(),
            heading: match key % 4 {
                0 => "O'Harp",
                1 => "oak",
                2 => "Oak tree",
                _ => "elm tree",
            }
            .to_owned(),
            amount: f64::from(key) / 2.0,
            published: key % 2 == 0,
            day,
            hour: i64::from(key) % 24,
            associate: key % 3 + 1,
            kind: key % 5 + 1,
        });
        sales.collect()
    }

    fn moment(&self) -> String {
        let day = self
            .day
            .map_or_else(|| "2024-02-29".to_owned(), |day| day.to_string());
        format!("{day}T{:02}:30:00", self.hour)
    }

    fn entity(&self) -> SaleEntity {
        SaleEntity {
            heading: Some(self.heading.clone()),
            number: (self.key % 7 != 0).then(|| self.key.to_string()),
            amount: Some(self.amount),
            is_published: Some(self.published),
            saledate: self.day.map(|day| DateTime::new(format!("{day}T00:00:00"))),
            next_due_date: Some(DateTime::new(self.moment())),
            associate: Some(Associate {
                associate_id: Some(self.associate),
                ..Default::default()
            }),
            sale_type: Some(SaleType {
                id: Some(self.kind),
                ..Default::default()
            }),
            ..Default::default()
        }
    }
}

/// Units of the calendar as numbers that grow by one.
#[derive(Clone, Copy)]
enum Unit {
    Day,
    Week,
    Month,
    Quarter,
    Half,
    Year,
}

impl Unit {
    fn number(self, day: Date) -> i64 {
        let epoch = Date::constant(1970, 1, 1);
        let days = i64::from(epoch.until(day).unwrap().get_days());
        let months = i64::from(day.year()) * 12 + i64::from(day.month()) - 1;
        match self {
            Self::Day => days,
            // The epoch is a Thursday.
            Self::Week => (days + 3).div_euclid(7),
            Self::Month => months,
            Self::Quarter => months.div_euclid(3),
            Self::Half => months.div_euclid(6),
            Self::Year => months.div_euclid(12),
        }
    }
}

type Case = (Filter, Box<dyn Fn(&Sale) -> bool>);

fn case(filter: Filter, holds: impl Fn(&Sale) -> bool + 'static) -> Case {
    (filter, Box::new(holds))
}

fn texts() -> Vec<Case> {
    let heading = || column::text("heading");
    let lower = |sale: &Sale| sale.heading.to_lowercase();
    vec![
        case(heading().is("O'Harp"), |sale| sale.key % 4 == 0),
        case(heading().is_not("oak"), |sale| sale.key % 4 != 1),
        case(heading().begins("oa"), move |sale| {
            lower(sale).starts_with("oa")
        }),
        case(heading().not_begins("oa"), move |sale| {
            !lower(sale).starts_with("oa")
        }),
        case(heading().contains("' or 1 eq 1 or '"), |_| false),
        case(heading().contains("k t"), |sale| sale.key % 4 == 2),
        case(heading().not_contains("tree"), |sale| sale.key % 4 < 2),
        case(heading().between("f", "oak"), |sale| sale.key % 4 < 2),
        case(heading().is_one_of(["oak", "o'harp"]), |sale| {
            sale.key % 4 < 2
        }),
        case(heading().starts_with("OAK"), move |sale| {
            lower(sale).starts_with("oak")
        }),
        case(heading().ends_with("ree"), |sale| sale.key % 4 > 1),
        case(heading().has_substring("'"), |sale| sale.key % 4 == 0),
        case(column::text("number").is_null(), |sale| sale.key % 7 == 0),
        case(column::text("number").is_not_null(), |sale| {
            sale.key % 7 != 0
        }),
    ]
}

fn numbers() -> Vec<Case> {
    let amount = || column::number("amount");
    let key = || column::number("saleId");
    vec![
        case(amount().equals(10.5), |sale| sale.key == 21),
        case(key().unequals(7), |sale| sale.key != 7),
        case(amount().greater(10.5), |sale| sale.key > 21),
        case(amount().less(-1), |_| false),
        case(key().less(4_i64), |sale| sale.key < 4),
        case(amount().between(1, 2.5), |sale| (2..=5).contains(&sale.key)),
        case(amount().is_null(), |_| false),
        case(amount().is_not_null(), |_| true),
        case(column::boolean("isPublished").is(true), |sale| {
            sale.published
        }),
        case(column::boolean("isPublished").is(false), |sale| {
            !sale.published
        }),
        case(
            column::associate("associate").is_one_of([2, 3, 9]),
            |sale| sale.associate > 1,
        ),
        case(
            column::associate("associateId").is_not_one_of([2]),
            |sale| sale.associate != 2,
        ),
        case(column::associate("associate").is_current(), |sale| {
            sale.associate == 1
        }),
        case(column::list("saleType").one_of([1, 2]), |sale| {
            sale.kind < 3
        }),
        case(column::list("saleTypeId").not_one_of([3]), |sale| {
            sale.kind != 3
        }),
        case(column::list("saleType").equals(3), |sale| sale.kind == 3),
        case(column::boolean("isPublished").is_null(), |_| false),
        case(column::boolean("isPublished").is_not_null(), |_| true),
        case(column::associate("associate").is_null(), |_| false),
        case(column::associate("associate").is_not_null(), |_| true),
        case(column::list("saleType").is_null(), |_| false),
        case(column::list("saleType").is_not_null(), |_| true),
    ]
}

/// Dates in relation to given ones.
fn dates(today: Date) -> Vec<Case> {
    let date = || column::date("saledate");
    let text = |day: Date| DateTime::new(day.to_string());
    let (then, later) = (
        today.checked_sub(5.days()).unwrap(),
        today.checked_add(3.days()).unwrap(),
    );
    let noon = DateTime::new(format!("{today}T12:00:00"));
    let noon_text = noon.as_str().to_owned();
    let noon_text_after = noon_text.clone();
    let at = || column::date_time("nextDueDate");
    let hit = Sale::all(today).swap_remove(30).moment();
    let moment = DateTime::new(hit.clone());
    let (since, until) = (hit.clone(), hit.clone());
    vec![
        case(date().on(&text(then)), move |sale| sale.day == Some(then)),
        case(date().before(&text(then)), move |sale| {
            sale.day.is_some_and(|day| day < then)
        }),
        case(date().after(&text(then)), move |sale| {
            sale.day.is_some_and(|day| day > then)
        }),
        case(date().between(&text(then), &text(later)), move |sale| {
            sale.day.is_some_and(|day| day >= then && day <= later)
        }),
        case(date().before_today(), move |sale| {
            sale.day.is_some_and(|day| day < today)
        }),
        case(date().after_today(), move |sale| {
            sale.day.is_some_and(|day| day > today)
        }),
        case(date().is_null(), |sale| sale.day.is_none()),
        case(date().is_not_null(), |sale| sale.day.is_some()),
        case(at().at(&moment), move |sale| sale.moment() == hit),
        case(at().after(&moment), move |sale| sale.moment() >= since),
        case(at().before(&moment), move |sale| sale.moment() < until),
        case(at().is_null(), |_| false),
        case(at().is_not_null(), |_| true),
        case(at().before(&noon), move |sale| sale.moment() < noon_text),
        case(at().after(&noon), move |sale| {
            sale.moment() > noon_text_after
        }),
    ]
}

/// Dates in relation to today.
fn periods(today: Date) -> Vec<Case> {
    let date = || column::date("saledate");
    let within = move |filter, unit: Unit, first: i64, last: i64| {
        let now = unit.number(today);
        case(filter, move |sale| {
            let distance = sale.day.map(|day| unit.number(day) - now);
            distance.is_some_and(|distance| (first..=last).contains(&distance))
        })
    };
    let mut cases = vec![
        within(date().today(), Unit::Day, 0, 0),
        within(date().last_week(), Unit::Week, -1, -1),
        within(date().this_week(), Unit::Week, 0, 0),
        within(date().next_week(), Unit::Week, 1, 1),
        within(date().last_month(), Unit::Month, -1, -1),
        within(date().this_month(), Unit::Month, 0, 0),
        within(date().next_month(), Unit::Month, 1, 1),
        within(date().last_quarter(), Unit::Quarter, -1, -1),
        within(date().this_quarter(), Unit::Quarter, 0, 0),
        within(date().next_quarter(), Unit::Quarter, 1, 1),
        within(date().this_half(), Unit::Half, 0, 0),
        within(date().this_year(), Unit::Year, 0, 0),
    ];
    for (period, unit) in [
        (Period::Days, Unit::Day),
        (Period::Weeks, Unit::Week),
        (Period::Months, Unit::Month),
        (Period::Quarters, Unit::Quarter),
        (Period::Years, Unit::Year),
    ] {
        cases.extend([
            within(date().this(period), unit, 0, 0),
            within(date().next(2, period), unit, 1, 2),
            within(date().previous(2, period), unit, -2, -1),
            within(date().this_and_next(1, period), unit, 0, 1),
            within(date().this_and_previous(1, period), unit, -1, 0),
            within(date().this_and_previous_and_next(period), unit, -1, 1),
        ]);
    }
    cases
}

fn joined() -> Vec<Case> {
    let key = || column::number("saleId");
    let published = || column::boolean("isPublished").is(true);
    let any = Filter::any([key().equals(1), key().equals(2)]);
    let all = Filter::all([key().less(9), published()]);
    vec![
        case(any.and(published()), |sale| sale.key == 2),
        case(all.or(key().equals(1)), |sale| {
            sale.key == 1 || (sale.key < 9 && sale.published)
        }),
        case(
            Filter::raw("saleId lt 3 or saleId eq 5").and(published()),
            |sale| sale.key == 2,
        ),
    ]
}

fn today() -> Date {
    TimeZone::UTC.to_datetime(Timestamp::now()).date()
}

async fn keys(client: &Client, filter: Filter) -> Result<Vec<i64>, Error> {
    let request = client.rest().sale().get_all().select(["heading"]);
    let page = request.filter(filter).order_by(["saleId"]).await?.unwrap();
    let key = |row: &Row| row.get("PrimaryKey").and_then(serde_json::Value::as_i64);
    Ok(page
        .value
        .unwrap()
        .iter()
        .map(|row| key(row).unwrap())
        .collect())
}

/// Runs all cases; returns what is wrong, and the words of what was sent.
async fn failures(today: Date) -> (Vec<String>, BTreeSet<String>) {
    let tenant = MockTenant::builder()
        .page_size(10_000)
        .start()
        .await
        .unwrap();
    let builder = Client::builder().base_url(tenant.url()).bearer("token");
    let client = builder.build().unwrap();
    let sales = Sale::all(today);
    for sale in &sales {
        client
            .rest()
            .sale()
            .post_sale_entity(&sale.entity())
            .await
            .unwrap();
    }
    let mut failures = Vec::new();
    let cases = [texts(), numbers(), dates(today), periods(today), joined()];
    for (filter, holds) in cases.into_iter().flatten() {
        let shown = format!("{filter:?}");
        let wanted: Vec<i64> = sales
            .iter()
            .filter(|sale| holds(sale))
            .map(|sale| sale.key)
            .collect();
        match keys(&client, filter).await {
            Ok(found) if found == wanted => {}
            Ok(found) => failures.push(format!("{shown}: {found:?}, not {wanted:?}")),
            Err(error) => failures.push(format!("{shown}: {error}")),
        }
    }
    failures.extend(tenant.violations().iter().map(ToString::to_string));
    let requests = tenant.requests();
    let queries = requests
        .iter()
        .filter_map(|request| request.query.as_deref());
    // Everything but letters is escaped by digits.
    let words = queries.flat_map(|query| query.split(|c: char| !c.is_alphabetic()));
    (failures, words.map(str::to_owned).collect())
}

#[tokio::test]
async fn every_condition_gives_its_rows() {
    // Once more if the day ended on the way.
    for _ in 0..2 {
        let day = today();
        let (failures, sent) = failures(day).await;
        if day == today() {
            assert!(failures.is_empty(), "{}", failures.join("\n"));
            let missing: Vec<_> = operators()
                .into_iter()
                .filter(|word| !sent.contains(*word))
                .collect();
            assert!(missing.is_empty(), "nothing here sends {missing:?}");
            return;
        }
    }
}

/// The operators and functions that the client can print, as its source has them.
fn operators() -> BTreeSet<&'static str> {
    let source = include_str!("../../superoffice-core/src/archive/filter/column.rs");
    let is_word = |text: &&str| !text.is_empty() && text.chars().all(char::is_alphabetic);
    let mut operators = BTreeSet::new();
    for line in source
        .lines()
        .filter(|line| !line.trim_start().starts_with("//"))
    {
        let mut parts = line.split('"').skip(1).step_by(2);
        // A method of a list: `begins "begins" "Begins with this text."`; a function: `"this({name},…)"`.
        let Some(first) = parts.next() else { continue };
        let called =
            line.contains("binary(") || line.contains("with_list(") || line.contains("periods(");
        let function = first.split_once('(').map(|(name, _)| name);
        if parts.next().is_some() || called {
            operators.extend(Some(first).filter(is_word));
        } else {
            operators.extend(function.filter(is_word));
        }
    }
    // `with_list(` with its operator on the next line.
    operators.extend(source.contains("\"dateBetween\"").then_some("dateBetween"));
    assert!(operators.len() > 45, "{operators:?}");
    operators
}
