//! What every store promises. The suite knows the traits only; each database runs all of it by one more line at the end.

mod access;
mod ground;
mod log;
mod paging;
mod reading;
mod sending;

use ground::Ground;

/// Runs each part of the suite on a database.
macro_rules! contract {
    ($database:ident: $($part:ident :: $promise:ident),+ $(,)?) => {
        mod $database {
            $(
                #[tokio::test]
                async fn $promise() {
                    super::$part::$promise(&super::Ground::$database().await).await;
                }
            )+
        }
    };
}

/// The whole suite, for a database.
macro_rules! every_promise {
    ($database:ident) => {
        contract!($database:
            access::credentials_grant_what_they_name,
            access::a_session_lives_until_something_ends_it,
            access::origins_may_embed_while_a_session_lives,
            access::administration_refuses_what_does_not_fit,
            log::positions_follow_each_other,
            log::a_stretch_of_the_log_is_read_in_pages,
            log::a_pruned_log_says_that_it_is_gone,
            log::upkeep_drops_what_is_over,
            log::listeners_hear_of_commits_in_order,
            log::what_fails_leaves_nothing_behind,
            log::a_closed_store_takes_nothing,
            log::what_is_committed_is_there_after_a_restart,
            paging::the_list_comes_whole_in_pages_of_any_size,
            paging::a_thread_comes_whole_in_pages_of_any_size,
            paging::arrivals_meanwhile_move_nothing_between_pages,
            paging::the_first_screen_is_of_one_moment,
            reading::marking_read_stops_where_it_says,
            reading::marking_read_again_changes_nothing,
            reading::only_ones_own_can_be_marked,
            sending::the_same_client_id_is_the_same_message,
            sending::claims_go_one_by_one_in_each_conversation,
            sending::a_claim_comes_back_when_it_may_be_tried_again,
            sending::a_failure_frees_the_way_and_may_be_retried,
            sending::an_accepted_message_waits_for_its_statuses,
            sending::nobody_knows_until_a_status_or_the_deadline,
            sending::a_process_that_died_leaves_its_claims_unconfirmed,
            sending::a_refused_number_says_so_until_something_goes_out,
            sending::an_answer_after_the_status_undoes_nothing,
            sending::an_answer_to_an_earlier_attempt_leaves_a_retry_alone,
            sending::the_outbox_knows_when_to_be_looked_at,
            sending::a_number_that_is_gone_sends_nothing,
        );
    };
}

every_promise!(sqlite);
every_promise!(postgres);
