//! Samples into figures.

use std::time::Duration;

/// A set of durations or rates.
#[derive(Debug, Clone, Default)]
pub struct Samples(Vec<f64>);

impl Samples {
    /// Adds a duration, in milliseconds.
    pub fn add(&mut self, duration: Duration) {
        self.0.push(duration.as_secs_f64() * 1e3);
    }

    /// The value below which `percent` of the samples lie (nearest rank); NaN of nothing.
    pub fn percentile(&self, percent: f64) -> f64 {
        let mut sorted = self.0.clone();
        sorted.sort_by(f64::total_cmp);
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            clippy::cast_precision_loss,
            reason = "a rank within the number of samples"
        )]
        let rank = (percent / 100.0 * sorted.len() as f64).ceil() as usize;
        sorted
            .get(rank.saturating_sub(1))
            .copied()
            .unwrap_or(f64::NAN)
    }

    /// The middle value.
    pub fn median(&self) -> f64 {
        self.percentile(50.0)
    }

    /// How many there are.
    pub fn count(&self) -> usize {
        self.0.len()
    }
}

impl FromIterator<f64> for Samples {
    fn from_iter<I: IntoIterator<Item = f64>>(values: I) -> Self {
        Self(values.into_iter().collect())
    }
}

#[cfg(test)]
mod tests {
    use super::Samples;

    #[test]
    fn percentiles_are_of_the_nearest_rank() {
        let samples: Samples = (1..=200).rev().map(f64::from).collect();
        assert!((samples.percentile(50.0) - 100.0).abs() < f64::EPSILON);
        assert!((samples.percentile(99.0) - 198.0).abs() < f64::EPSILON);
        assert!((samples.percentile(100.0) - 200.0).abs() < f64::EPSILON);
        assert!(Samples::default().median().is_nan());
    }
}
