//! Calendar dates as days since 1970-01-01, which is all that expiry and table ages need.

use std::fmt;

/// A day of the proleptic Gregorian calendar, counted from 1970-01-01.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Date(pub i64);

impl Date {
    /// Returns the day, if there is one of that name.
    pub fn from_civil(year: i64, month: u32, day: u32) -> Option<Date> {
        if !(0..=9999).contains(&year) || !(1..=12).contains(&month) || day == 0 {
            return None;
        }
        // Days from the civil calendar after Howard Hinnant's "chrono-compatible low-level date algorithms":
        // years begin in March, so that the leap day is a year's last.
        let shifted = if month <= 2 { year - 1 } else { year };
        let era = shifted.div_euclid(400);
        let of_era = shifted.rem_euclid(400);
        let month_from_march = i64::from((month + 9) % 12);
        let of_year = (153 * month_from_march + 2) / 5 + i64::from(day) - 1;
        let date = Date(era * 146_097 + of_era * 365 + of_era / 4 - of_era / 100 + of_year - 719_468);
        // A day that the month does not have would silently become one of the next month.
        (date.to_civil() == (year, month, day)).then_some(date)
    }

    /// Returns year, month and day.
    pub fn to_civil(self) -> (i64, u32, u32) {
        let days = self.0 + 719_468;
        let era = days.div_euclid(146_097);
        let of_era = days.rem_euclid(146_097);
        let year = (of_era - of_era / 1_460 + of_era / 36_524 - of_era / 146_096) / 365;
        let of_year = of_era - (365 * year + year / 4 - year / 100);
        let month_from_march = (5 * of_year + 2) / 153;
        let day = of_year - (153 * month_from_march + 2) / 5 + 1;
        let month = if month_from_march < 10 {
            month_from_march + 3
        } else {
            month_from_march - 9
        };
        let year = year + era * 400 + i64::from(month <= 2);
        (year, month as u32, day as u32)
    }

    /// Returns the day on which a second since 1970-01-01T00:00:00Z falls.
    pub fn from_unix_seconds(seconds: i64) -> Date {
        Date(seconds.div_euclid(86_400))
    }

    /// Reads `2027-01-31`.
    pub fn parse(text: &str) -> Option<Date> {
        let mut parts = text.split('-');
        let (year, month, day) = (parts.next()?, parts.next()?, parts.next()?);
        let digits = |part: &str, length| part.len() == length && part.bytes().all(|b| b.is_ascii_digit());
        if parts.next().is_some() || !digits(year, 4) || !digits(month, 2) || !digits(day, 2) {
            return None;
        }
        Date::from_civil(year.parse().ok()?, month.parse().ok()?, day.parse().ok()?)
    }
}

impl fmt::Display for Date {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (year, month, day) = self.to_civil();
        write!(f, "{year:04}-{month:02}-{day:02}")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_read_and_write_themselves() {
        check("1970-01-01", Some(0));
        check("2000-02-29", Some(11_016));
        check("2026-03-12", Some(20_524));
        check("1900-02-29", None);
        check("2026-02-30", None);
        check("2026-13-01", None);
        check("2026-00-10", None);
        check("26-01-01", None);
        check("2026-1-1", None);
        check("2026-01-01T00:00:00Z", None);
    }

    #[test]
    fn every_day_of_four_centuries_comes_back() {
        for day in -1000..146_097 {
            let (year, month, of_month) = Date(day).to_civil();
            assert_eq!(Date::from_civil(year, month, of_month), Some(Date(day)));
        }
    }

    #[test]
    fn a_second_before_midnight_is_still_the_day_before() {
        assert_eq!(Date::from_unix_seconds(86_399), Date(0));
        assert_eq!(Date::from_unix_seconds(-1), Date(-1));
    }

    #[track_caller]
    fn check(text: &str, expected: Option<i64>) {
        let date = Date::parse(text);
        assert_eq!(date, expected.map(Date));
        if let Some(date) = date {
            assert_eq!(date.to_string(), text);
        }
    }
}
