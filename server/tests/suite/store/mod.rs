//! What every store promises. The suite knows the traits only; each database runs all of it by one more line at the end.

mod access;
mod accounts;
mod branding;
mod claims;
mod crowds;
mod details;
mod drafts;
mod ground;
mod health;
mod lifecycle;
mod limits;
mod log;
mod media;
mod notes;
mod paging;
mod pairings;
mod parity;
mod public;
mod quick_replies;
mod reading;
mod search;
mod sending;
mod signals;
mod templates;
mod texts;
mod times;
mod upgrade;
mod upkeep;
mod webhooks;
mod workflow;

use ground::Ground;

/// Runs each part of the suite on a database.
macro_rules! contract {
    ($database:ident: $($part:ident :: $promise:ident),+ $(,)?) => {
        mod $database {
            $(
                #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
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
            access::a_session_is_ended_by_whom_it_belongs_to,
            access::an_embed_secret_is_made_rotated_and_revoked,
            access::an_inbox_is_what_it_was_made_of,
            access::an_operator_is_known_by_tenant_and_subject,
            access::origins_may_embed_while_a_session_lives,
            access::numbers_are_shown_to_whom_they_are_given,
            access::administration_refuses_what_does_not_fit,
            accounts::an_account_is_made_once_for_an_address,
            accounts::a_link_is_good_once,
            accounts::a_workspace_is_set_up_once,
            accounts::a_session_ends_with_what_it_came_of,
            accounts::a_workspace_keeps_an_admin,
            branding::fields_are_merged_and_null_clears_them,
            branding::each_tenant_has_branding_of_its_own,
            branding::an_origin_shows_what_its_live_sessions_show,
            claims::what_was_queued_first_is_claimed_first,
            claims::a_retry_goes_to_the_end_of_its_conversation,
            claims::a_number_sends_no_faster_than_its_pace,
            claims::a_number_over_its_pace_slows_no_other,
            claims::a_renewed_lease_holds,
            claims::an_answer_that_outlives_its_lease_still_tells,
            crowds::callers_who_leave_disturb_nobody,
            crowds::a_delivery_that_comes_many_times_is_taken_once,
            crowds::deliveries_for_the_same_people_count_right,
            crowds::one_person_under_two_ids_becomes_one_conversation,
            crowds::the_same_send_many_times_is_one_message,
            crowds::what_arrives_while_somebody_reads_stays_unread,
            crowds::a_reader_of_the_log_passes_nothing_over,
            crowds::workers_share_the_outbox,
            crowds::answers_and_statuses_may_cross,
            crowds::failures_and_retries_may_cross,
            crowds::access_is_taken_away_as_often_as_somebody_does,
            details::a_name_belongs_to_number_and_contact,
            details::fields_stay_in_their_order,
            details::other_conversations_are_those_within_the_scope,
            details::a_shelf_comes_whole_in_pages,
            details::what_becomes_one_conversation_keeps_what_was_known,
            details::no_list_of_the_details_reads_a_whole_table,
            drafts::a_draft_goes_out_as_it_was_written_at_each_attempt,
            drafts::only_what_was_said_in_a_conversation_is_quoted_there,
            drafts::what_is_put_off_holds_up_nothing,
            drafts::what_waits_can_be_taken_back,
            lifecycle::what_is_kept_and_how_it_behaves_is_changed,
            lifecycle::what_was_taken_away_comes_back_for_a_while,
            lifecycle::what_happens_to_a_number_is_in_the_log,
            lifecycle::a_number_that_is_not_connected_sends_nothing,
            lifecycle::a_number_has_one_key_in_place_of_those_before,
            lifecycle::nothing_is_left_of_a_number_that_was_erased,
            lifecycle::what_is_old_is_redacted_and_shown,
            lifecycle::what_another_number_knows_stays,
            lifecycle::nothing_that_is_let_go_of_reads_a_whole_table,
            limits::a_bucket_gives_its_burst_and_then_one_at_a_time,
            limits::a_bucket_can_be_forgotten,
            limits::callers_at_once_get_no_more_than_the_pace,
            limits::upkeep_forgets_only_limits_that_are_idle,
            log::positions_follow_each_other,
            log::a_stretch_of_the_log_is_read_in_pages,
            log::a_whole_log_is_read_without_a_scope,
            log::a_pruned_log_says_that_it_is_gone,
            log::upkeep_drops_what_is_over,
            log::listeners_hear_of_every_commit_once,
            log::listeners_hear_of_what_follows_each_other_in_order,
            log::what_fails_leaves_nothing_behind,
            log::a_closed_store_takes_nothing,
            log::what_is_committed_is_there_after_a_restart,
            media::a_file_is_fetched_by_one_at_a_time,
            media::servers_share_the_files,
            media::a_failed_file_can_be_fetched_again,
            media::a_file_of_a_message_that_was_taken_back_is_let_go,
            paging::one_conversation_is_found_by_who_may_see_it,
            paging::the_list_comes_whole_in_pages_of_any_size,
            paging::a_thread_comes_whole_in_pages_of_any_size,
            paging::a_thread_opens_around_any_of_its_messages,
            paging::only_ones_own_can_be_opened_around,
            paging::arrivals_meanwhile_move_nothing_between_pages,
            paging::the_first_screen_is_of_one_moment,
            health::the_latest_word_about_a_number_is_kept,
            quick_replies::quick_replies_belong_to_numbers,
            quick_replies::a_shortcut_belongs_to_one,
            quick_replies::there_are_only_so_many,
            reading::marking_read_stops_where_it_says,
            reading::marking_read_again_changes_nothing,
            reading::only_ones_own_can_be_marked,
            search::case_accents_and_forms_do_not_count,
 search::case_what_is_edited_or_taken_back_is_found_no_more,
            search::a_query_of_several_words_wants_them_all,
            search::people_are_found_by_any_part_of_their_names,
            search::who_is_renamed_is_found_by_the_new_name,
            search::nothing_outside_the_scope_is_found,
            search::messages_come_in_pages_the_newest_first,
            search::one_conversation_can_be_searched_alone,
            search::what_was_joined_is_found_where_it_is,
            search::everything_that_is_there_is_walked_over,
            search::a_keeper_that_was_away_for_long_begins_anew,
            search::keepers_at_once_disturb_nobody,
            search::times_at_the_edge_are_found_as_well,
            sending::the_same_client_id_is_the_same_message,
            sending::claims_go_one_by_one_in_each_conversation,
            sending::a_claim_comes_back_when_it_may_be_tried_again,
            sending::a_failure_frees_the_way_and_may_be_retried,
            sending::an_accepted_message_waits_for_its_statuses,
            sending::nobody_knows_until_a_status_or_the_deadline,
            sending::a_process_that_died_leaves_its_claims_unconfirmed,
            sending::a_refused_number_pauses_until_it_is_taken_again,
            sending::a_failure_may_shut_the_window_or_pause_the_number,
            sending::an_answer_after_the_status_undoes_nothing,
            sending::an_answer_to_an_earlier_attempt_leaves_a_retry_alone,
            sending::the_outbox_knows_when_to_be_looked_at,
            sending::a_number_that_is_gone_sends_nothing,
            signals::a_sign_is_shown_at_once_and_comes_back_if_refused,
            signals::a_later_sign_takes_the_place_of_an_earlier_one,
            signals::only_what_has_gone_out_takes_a_sign,
            signals::a_contact_hears_once_that_all_was_read,
            templates::a_list_of_templates_is_replaced_as_a_whole,
            templates::a_list_is_old_after_an_hour_or_when_meta_says_so,
            texts::texts_stay_as_they_are,
            texts::nul_is_shown_to_be_missing,
            texts::half_a_character_is_shown_to_be_missing,
            texts::what_differs_in_a_byte_is_another,
            texts::places_in_a_list_are_ordered_by_bytes,
            texts::names_of_administrators_stay_as_they_are,
            times::times_come_back_whole_and_in_order,
            times::what_comes_late_leaves_the_list_as_it_is,
            upkeep::a_job_is_begun_by_one_of_many,
            upkeep::a_database_belongs_to_one_secret,
            upkeep::sealed_texts_go_over_with_the_secret,
            upkeep::what_could_not_be_read_is_kept_for_a_while,
            upkeep::a_store_that_works_says_so,
            notes::a_note_changes_nothing_beside_the_thread,
            notes::the_same_client_id_is_the_same_note,
            notes::only_who_works_with_the_number_is_called,
            notes::a_note_is_found_and_led_to_and_answered_by_nobody,
            notes::a_note_is_never_the_preview,
            workflow::work_is_done_once_and_told_once,
            workflow::only_ones_own_can_be_worked_on,
            workflow::a_new_message_and_time_open_again,
            workflow::each_view_has_its_conversations_and_counts_them,
            workflow::counts_end_at_a_hundred,
            workflow::labels_have_names_of_their_own,
            workflow::labels_belong_to_numbers,
            workflow::what_becomes_one_conversation_keeps_its_work,
            public::a_history_comes_whole_in_numbered_pages,
            public::conversations_come_by_their_last_message,
            public::what_is_unread_is_counted_by_conversations,
            public::a_backend_writes_to_whom_it_likes,
            public::the_same_key_is_the_same_send,
            public::a_key_is_held_by_one_at_a_time,
            public::one_key_many_times_at_once_is_one_send,
            public::a_deep_page_passes_over_an_index_and_nothing_else,
            public::where_a_message_goes_is_looked_up_and_not_searched,
            public::what_goes_along_with_a_send_is_done_with_it,
            pairings::a_link_is_for_one_number,
            pairings::many_links_for_a_phone_at_once_make_one_number,
            pairings::a_code_waits_until_its_attempt_ends,
            pairings::a_connection_uses_up_every_link_of_its_number,
            pairings::no_list_of_links_reads_a_whole_table,
            webhooks::a_webhook_belongs_to_a_number,
            webhooks::a_number_has_so_many_webhooks_and_no_more,
            webhooks::a_webhook_begins_where_the_log_ends,
            webhooks::a_conversation_is_told_in_order_and_holds_up_no_other,
            webhooks::of_two_plans_for_the_same_stretch_one_counts,
            webhooks::a_claim_ends_with_its_lease,
            webhooks::a_receiver_that_is_gone_is_asked_one_at_a_time,
            webhooks::what_was_tried_is_in_the_log_and_can_be_told_again,
            webhooks::one_that_fails_for_days_is_paused_until_a_person_resumes_it,
            webhooks::the_log_waits_for_who_has_yet_to_look_at_it,
            webhooks::a_secret_and_the_one_before_sign_for_a_while,
            webhooks::a_webhook_of_a_number_that_is_gone_tells_that_and_holds_nothing_up,
            webhooks::no_conversation_stands_still_where_many_work,
            webhooks::no_list_of_webhooks_reads_a_whole_table,
        );
    };
}

every_promise!(sqlite);
every_promise!(postgres);

// In another time zone, and so on.
contract!(postgres_elsewhere:
    access::a_session_lives_until_something_ends_it,
    access::numbers_are_shown_to_whom_they_are_given,
    claims::a_number_sends_no_faster_than_its_pace,
    claims::a_renewed_lease_holds,
    crowds::answers_and_statuses_may_cross,
    crowds::deliveries_for_the_same_people_count_right,
    crowds::one_person_under_two_ids_becomes_one_conversation,
    crowds::the_same_send_many_times_is_one_message,
    crowds::what_arrives_while_somebody_reads_stays_unread,
    crowds::workers_share_the_outbox,
    limits::callers_at_once_get_no_more_than_the_pace,
    log::a_pruned_log_says_that_it_is_gone,
    search::case_accents_and_forms_do_not_count,
 search::case_what_is_edited_or_taken_back_is_found_no_more,
    search::keepers_at_once_disturb_nobody,
    texts::texts_stay_as_they_are,
    times::times_come_back_whole_and_in_order,
    upkeep::a_job_is_begun_by_one_of_many,
    upkeep::a_store_that_works_says_so,
    upkeep::what_could_not_be_read_is_kept_for_a_while,
);
