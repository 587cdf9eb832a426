-- Revert credrelay:mailbox_rules from pg

begin;

set local lock_timeout = '2s';
set local role relay_owner;

drop view relay.mailbox_rules;

alter table relay.mailbox
	add constraint mailbox_expires_at_check check (isfinite(expires_at)),
	add constraint mailbox_rights_check check (rights between 1 and 7),
	add constraint mailbox_recent_check check (cardinality(recent) <= 16
	    and array_position(recent, null) is null),
	add constraint mailbox_receiver_check check (receiver <> sender),
	add constraint mailbox_token_check check (receiver_token is null
	    or receiver is not null),
	add constraint mailbox_whole_check check (case when sender is null
	    then num_nonnulls(receiver, created_by, rights, version, payload,
		display, sender_token, receiver_token) = 0
		and coalesce(cardinality(recent), 0) = 0
	    else num_nulls(created_by, rights, version, recent, payload) = 0
	    end);

commit;
