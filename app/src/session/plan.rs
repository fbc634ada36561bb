//! What to do about the session, and when: decided by the clock and by what is known, so that every course of it can be tested.

use super::Lifetime;
use crate::inbox::SessionTimes;

/// How long before the session's end the page is asked for another token, in milliseconds. Of a short session it is a third.
const LEAD: i64 = 60_000;
/// How long the page may take for it once the token is over, in milliseconds.
const PATIENCE: i64 = 30_000;
/// How often the clock is looked at while the page is awaited, in milliseconds.
const LOOK: u32 = 5000;
/// Whoever looks after longer than this was asleep, in milliseconds. Of that time only so much counts.
const ASLEEP: i64 = 10_000;

/// A clock that shows this much less than before was set back, in milliseconds.
const SET_BACK: i64 = 1000;

/// A token that the server renewed.
#[derive(Debug, Clone, Copy)]
pub struct Renewed {
    /// When it was asked for, by this browser's clock.
    pub asked_at: i64,
    /// When it came, by this browser's clock.
    pub came_at: i64,
    /// When it was made, by the server's clock in whole seconds; `None` if it does not say.
    pub issued_at: Option<i64>,
    /// Its end, by the server's clock.
    pub expires_at: i64,
}

/// What is to be done now.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Step {
    /// Nothing, for so many milliseconds or until something happens.
    Wait(u32),
    /// Have the server renew the token.
    Refresh,
    /// Ask the page for another token.
    AskPage,
    /// The session is over.
    End,
}

/// Waiting for the page.
#[derive(Debug, Clone, Copy)]
struct Asked {
    /// When we last looked.
    looked_at: i64,
    /// How long the page has taken since the token was over.
    taken: i64,
    /// There was a network then.
    online: bool,
    /// The token was over then.
    is_over: bool,
}

/// The plan of one session. All times are by this browser's clock, in milliseconds since the epoch.
#[derive(Debug, Clone, Default)]
pub struct Plan {
    /// The page hands over another token when asked.
    page_renews: bool,
    lifetime: Option<Lifetime>,
    /// When the session ends, whatever is renewed.
    ends: i64,
    /// How long before that the page is asked.
    lead: i64,
    /// How far this clock is ahead of the server's.
    ahead: i64,
    /// When the clock was looked at last.
    looked_at: i64,
    /// In 0..1: so that many tabs do not renew at once.
    spread: f64,
    /// A request found the token stale.
    wanted: bool,
    /// The server renews this token no more.
    refused: bool,
    /// Not before then, after an attempt without an answer.
    not_before: i64,
    asked: Option<Asked>,
}

impl Plan {
    /// The plan of a session that begins; nothing is known of its times yet.
    pub fn new(page_renews: bool) -> Self {
        Self {
            page_renews,
            ..Self::default()
        }
    }

    /// True if the page hands over another token when asked.
    pub const fn page_renews(&self) -> bool {
        self.page_renews
    }

    /// True once the server has taken the token.
    pub const fn is_accepted(&self) -> bool {
        self.lifetime.is_some()
    }

    /// The server has taken the token, and told the times. `random` is in 0..1.
    pub fn accept(&mut self, times: SessionTimes, now: i64, random: f64) {
        let ahead = now - times.now;
        let ends = times.session_ends_at + ahead;
        // Told anew, the end of the same session differs by the time that the answer took.
        if self.refused || (ends - self.ends).abs() > 5000 {
            self.asked = None;
            self.lead = LEAD.min((times.session_ends_at - times.issued_at) / 3);
        }
        self.lifetime = Some(Lifetime::new(times, now));
        self.ends = ends;
        self.ahead = ahead;
        self.spread = random;
        self.settle();
    }

    /// The server renewed the token.
    pub fn renewed(&mut self, renewed: Renewed, random: f64) {
        if let Some(issued_at) = renewed.issued_at {
            // It was made between the question and the answer, and somewhere in that second. Where that cannot be, this clock was set.
            let at_most = renewed.came_at - issued_at;
            let at_least = (renewed.asked_at - issued_at - 1000).min(at_most);
            let ahead = self.ahead.clamp(at_least, at_most);
            self.ends += ahead - self.ahead;
            self.ahead = ahead;
        }
        self.lifetime = Some(Lifetime::renewed(
            renewed.came_at,
            self.ahead,
            renewed.expires_at,
        ));
        self.spread = random;
        self.settle();
    }

    /// Nothing that was reckoned by a clock holds once it is set back: the next renewal tells what it shows now.
    fn look_at_clock(&mut self, now: i64) {
        if now + SET_BACK < self.looked_at && self.lifetime.is_some() {
            self.wanted = true;
            self.not_before = 0;
        }
        self.looked_at = now;
    }

    fn settle(&mut self) {
        self.wanted = false;
        self.refused = false;
        self.not_before = 0;
    }

    /// A request found the token stale.
    pub const fn want(&mut self) {
        self.wanted = true;
    }

    /// The server said that the session is over, or refused to renew the token.
    pub const fn refuse(&mut self) {
        self.refused = true;
    }

    /// There was no answer: not before `wait` milliseconds are over. A token that is over meanwhile can be renewed no more; unless there
    /// is no network, for then nobody could mint another one either.
    pub fn unanswered(&mut self, now: i64, wait: u32, online: bool) {
        self.wanted = false;
        if self.is_over(now) && online {
            self.refuse();
        } else {
            self.not_before = now + i64::from(wait);
        }
    }

    fn is_over(&self, now: i64) -> bool {
        self.refused || self.lifetime.is_some_and(|life| life.is_over(now))
    }

    /// What is to be done now.
    pub fn next(&mut self, now: i64, online: bool) -> Step {
        self.look_at_clock(now);
        if self.refused {
            return if self.page_renews {
                self.await_page(now, online)
            } else {
                Step::End
            };
        }
        let is_near_end = self.lifetime.is_some() && now >= self.ends - self.lead;
        if self.page_renews && is_near_end && self.asked.is_none() {
            return self.await_page(now, online);
        }
        let due = self.until_refresh(now);
        if due == 0 {
            return Step::Refresh;
        }
        if self.asked.is_some() {
            return match self.await_page(now, online) {
                Step::Wait(wait) => Step::Wait(wait.min(due)),
                step => step,
            };
        }
        let mut wait = due;
        if self.page_renews && self.lifetime.is_some() {
            wait = wait.min(millis(self.ends - self.lead - now));
        }
        Step::Wait(wait)
    }

    /// Milliseconds until the server is asked to renew.
    fn until_refresh(&self, now: i64) -> u32 {
        let due = match self.lifetime {
            _ if self.wanted => 0,
            None => u32::MAX,
            // Nothing is won before the end of a token that lasts as long as the session. At its end the server has the last word: this
            // clock may be wrong.
            Some(life) if life.ends_at() >= self.ends => life.remaining(now),
            Some(life) => life.until_renewal(now, self.spread),
        };
        due.max(millis(self.not_before - now))
    }

    fn await_page(&mut self, now: i64, online: bool) -> Step {
        let is_over = self.is_over(now);
        let Some(asked) = &mut self.asked else {
            self.asked = Some(Asked {
                looked_at: now,
                taken: 0,
                online,
                is_over,
            });
            return Step::AskPage;
        };
        let since = now - asked.looked_at;
        // What the page tried while there was no network, or while everybody slept, has failed.
        let again = since > ASLEEP || (online && !asked.online);
        let counts = asked.is_over && online;
        asked.looked_at = now;
        asked.online = online;
        asked.is_over = is_over;
        if counts {
            asked.taken += since.clamp(0, ASLEEP);
            if asked.taken >= PATIENCE {
                return Step::End;
            }
        }
        if again {
            Step::AskPage
        } else {
            Step::Wait(LOOK)
        }
    }
}

fn millis(wait: i64) -> u32 {
    u32::try_from(wait.max(0)).unwrap_or(u32::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    const HOUR: i64 = 3_600_000;
    const LIFE: i64 = 900_000;
    /// The server's clock at the beginning.
    const SERVER: i64 = 2_000_000_000_000;

    fn times(at: i64, life: i64, session: i64) -> SessionTimes {
        SessionTimes {
            now: SERVER + at,
            issued_at: SERVER + at,
            expires_at: SERVER + at + life,
            session_ends_at: SERVER + at + session,
        }
    }

    /// A session of `session` that begins at 0, seen by a clock that is `skew` ahead.
    fn plan(page_renews: bool, life: i64, session: i64, skew: i64) -> Plan {
        let mut plan = Plan::new(page_renews);
        plan.accept(times(0, life, session), SERVER + skew, 0.5);
        plan
    }

    /// A token that came at once.
    fn fresh(at: i64, expires_at: i64) -> Renewed {
        Renewed {
            asked_at: at,
            came_at: at,
            issued_at: None,
            expires_at,
        }
    }

    /// Walks the plan from 0 on; a refresh succeeds as the server would have it. Returns what was done, and when.
    fn walk(plan: &mut Plan, until: i64, life: i64, session: i64, skew: i64) -> Vec<(i64, Step)> {
        let mut now = 0;
        let mut done = Vec::new();
        while now < until {
            match plan.next(SERVER + skew + now, true) {
                Step::Wait(wait) => now += i64::from(wait.max(1)),
                Step::Refresh if now < session => {
                    done.push((now, Step::Refresh));
                    let expires = (now + life).min(session);
                    plan.renewed(fresh(SERVER + skew + now, SERVER + expires), 0.5);
                }
                Step::Refresh => {
                    done.push((now, Step::Refresh));
                    plan.refuse();
                }
                step => {
                    done.push((now, step));
                    if step == Step::End {
                        break;
                    }
                }
            }
            assert!(done.len() < 1000, "it does not spin: {done:?}");
        }
        done
    }

    #[test]
    fn a_session_is_renewed_at_two_thirds_and_its_end_is_asked_for_a_minute_before() {
        for skew in [0, -40 * HOUR, 3 * HOUR] {
            let mut plan = plan(true, LIFE, 2 * HOUR, skew);
            let done = walk(&mut plan, 3 * HOUR, LIFE, 2 * HOUR, skew);
            let refreshes: Vec<_> = done
                .iter()
                .filter(|(_, step)| *step == Step::Refresh)
                .map(|(at, _)| *at)
                .collect();
            assert_eq!(refreshes[..3], [600_000, 1_200_000, 1_800_000]);
            let asked: Vec<_> = done
                .iter()
                .filter(|(_, step)| *step == Step::AskPage)
                .collect();
            assert_eq!(asked, [&(2 * HOUR - 60_000, Step::AskPage)], "once");
            let (at, last) = done[done.len() - 1];
            assert_eq!(last, Step::End);
            assert!((2 * HOUR + 30_000..2 * HOUR + 36_000).contains(&at), "{at}");
        }
    }

    #[test]
    fn a_page_that_does_not_renew_is_not_asked() {
        let mut plan = plan(false, LIFE, HOUR, 0);
        let done = walk(&mut plan, 2 * HOUR, LIFE, HOUR, 0);
        assert!(done.iter().all(|(_, step)| *step != Step::AskPage));
        assert_eq!(done[done.len() - 1], (HOUR, Step::End));
    }

    #[test]
    fn short_sessions_are_asked_for_late_and_nothing_spins() {
        let mut plan = plan(true, 3000, 9000, 0);
        let done = walk(&mut plan, 60_000, 3000, 9000, 0);
        let asked: Vec<_> = done
            .iter()
            .filter(|(_, step)| *step == Step::AskPage)
            .collect();
        assert_eq!(asked, [&(6000, Step::AskPage)]);
    }

    #[test]
    fn after_sleep_the_token_is_tried_once_and_then_the_page_is_asked() {
        let mut plan = plan(true, LIFE, 12 * HOUR, 0);
        let woke = SERVER + 5 * HOUR;
        assert_eq!(plan.next(woke, true), Step::Refresh);
        plan.refuse();
        assert_eq!(plan.next(woke, true), Step::AskPage);
        for look in 1..6 {
            assert_eq!(plan.next(woke + look * 5000, true), Step::Wait(LOOK));
        }
        assert_eq!(plan.next(woke + 30_000, true), Step::End);
    }

    #[test]
    fn sleep_while_the_page_is_awaited_takes_nothing_from_its_time() {
        let mut plan = plan(true, LIFE, 12 * HOUR, 0);
        plan.refuse();
        let now = SERVER + 1000;
        assert_eq!(plan.next(now, true), Step::AskPage);
        assert_eq!(plan.next(now + 5000, true), Step::Wait(LOOK));
        assert_eq!(plan.next(now + 3 * HOUR, true), Step::AskPage, "again");
        assert_eq!(plan.next(now + 3 * HOUR + 5000, true), Step::Wait(LOOK));
        // Without a network the time stands still, and when it is back the page is asked again.
        assert_eq!(plan.next(now + 3 * HOUR + 10_000, false), Step::Wait(LOOK));
        assert_eq!(plan.next(now + 3 * HOUR + 15_000, false), Step::Wait(LOOK));
        assert_eq!(plan.next(now + 3 * HOUR + 16_000, true), Step::AskPage);
        assert_eq!(plan.next(now + 3 * HOUR + 21_000, true), Step::Wait(LOOK));
        assert_eq!(plan.next(now + 3 * HOUR + 26_000, true), Step::End);
    }

    #[test]
    fn another_token_from_the_page_begins_anew() {
        let mut plan = plan(true, LIFE, HOUR, 0);
        let near = HOUR - 50_000;
        plan.renewed(fresh(SERVER + near - 100_000, SERVER + HOUR), 0.5);
        assert_eq!(plan.next(SERVER + near, true), Step::AskPage);
        plan.accept(
            times(near + 2000, LIFE, 12 * HOUR),
            SERVER + near + 2000,
            0.5,
        );
        assert_eq!(plan.next(SERVER + near + 2000, true), Step::Wait(600_000));
        // Refused in the middle of its life, it asks once more.
        plan.refuse();
        assert_eq!(plan.next(SERVER + near + 3000, true), Step::AskPage);
    }

    #[test]
    fn the_same_session_told_again_does_not_ask_again() {
        let mut plan = plan(true, HOUR, HOUR, 0);
        let near = HOUR - 50_000;
        assert_eq!(plan.next(SERVER + near, true), Step::AskPage);
        let told = SessionTimes {
            now: SERVER + near + 1000,
            ..times(0, HOUR, HOUR)
        };
        plan.accept(told, SERVER + near + 1100, 0.5);
        assert!(matches!(
            plan.next(SERVER + near + 1200, true),
            Step::Wait(_)
        ));
    }

    #[test]
    fn a_stale_token_is_renewed_at_once_and_no_answer_is_waited_out() {
        let mut plan = plan(false, LIFE, HOUR, 0);
        assert_eq!(plan.next(SERVER + 1000, true), Step::Wait(599_000));
        for _ in 0..3 {
            plan.want();
        }
        assert_eq!(plan.next(SERVER + 1000, true), Step::Refresh);
        plan.renewed(fresh(SERVER + 1000, SERVER + 1000 + LIFE), 0.5);
        assert_eq!(
            plan.next(SERVER + 1000, true),
            Step::Wait(600_000),
            "once for all"
        );
        plan.want();
        assert_eq!(plan.next(SERVER + 1000, true), Step::Refresh);
        plan.unanswered(SERVER + 1000, 700, true);
        plan.want();
        assert_eq!(plan.next(SERVER + 1000, true), Step::Wait(700));
        assert_eq!(plan.next(SERVER + 1700, true), Step::Refresh);
        // Over, and no network: nobody can mint another one either.
        let over = SERVER + 1000 + LIFE;
        plan.unanswered(over, 700, false);
        assert_eq!(plan.next(over + 700, true), Step::Refresh);
        plan.unanswered(over + 700, 700, true);
        assert_eq!(plan.next(over + 700, true), Step::End);
    }

    #[test]
    fn a_clock_that_is_set_costs_one_renewal() {
        for set_by in [HOUR, -HOUR] {
            let mut plan = plan(true, LIFE, 12 * HOUR, 0);
            assert_eq!(plan.next(SERVER + 1000, true), Step::Wait(599_000));
            // A minute later, the clock on the wall shows something else.
            let at = SERVER + 61_000;
            assert_eq!(plan.next(at + set_by, true), Step::Refresh, "{set_by}");
            let renewed = Renewed {
                asked_at: at + set_by,
                came_at: at + set_by + 300,
                issued_at: Some(at),
                expires_at: at + LIFE,
            };
            plan.renewed(renewed, 0.5);
            let Step::Wait(wait) = plan.next(at + set_by + 300, true) else {
                panic!("{set_by}: it is not renewed again");
            };
            assert!((595_000..=605_000).contains(&wait), "{set_by}: {wait}");
            let near = SERVER + 12 * HOUR - 61_000 + set_by;
            plan.renewed(fresh(near - 1000, SERVER + 12 * HOUR), 0.5);
            assert!(matches!(plan.next(near - 1000, true), Step::Wait(_)));
            assert_eq!(plan.next(near + 4000, true), Step::AskPage, "{set_by}");
        }
    }

    #[test]
    fn what_an_answer_took_is_not_taken_for_a_set_clock() {
        let mut plan = plan(false, LIFE, HOUR, 0);
        let at = SERVER + 600_700;
        // Asked for, then the lid was shut for five minutes.
        let renewed = Renewed {
            asked_at: at,
            came_at: at + 300_000,
            issued_at: Some(SERVER + 600_000),
            expires_at: SERVER + 600_000 + LIFE,
        };
        plan.renewed(renewed, 0.5);
        assert_eq!(plan.ahead, 0);
        assert_eq!(plan.lifetime.unwrap().remaining(at), 899_300);
    }

    #[test]
    fn the_first_token_may_be_stale_already() {
        let mut plan = Plan::new(true);
        assert_eq!(plan.next(SERVER, true), Step::Wait(u32::MAX));
        plan.want();
        assert_eq!(plan.next(SERVER, true), Step::Refresh);
        plan.refuse();
        assert_eq!(plan.next(SERVER, true), Step::AskPage);
        assert!(!plan.is_accepted());
    }
}
