-- Revert credrelay:mailbox_delete from pg, to what it was at @v1

begin;

set local role relay_owner;

drop function relay_api.mailbox_delete(uuid, uuid, bigint[], bytea);

create or replace function relay_api.mailbox_delete(
	p_key uuid,
	p_claim uuid,
	p_if_match bigint[],
	out outcome text)
language plpgsql
volatile
security definer
set search_path = pg_catalog, pg_temp
as $$
-- DeleteMailbox: empties the row. Its key stays taken for an hour, so that
-- a late twin of the create cannot bring the mailbox back.
--
--   p_if_match   the versions of which the present one must be one;
--                null: any
--
--   ok         done
--   not_found  no such mailbox, or expired
--   ended      deleted already: a 404 as well, but not to a worker that made
--              this call before and lost the answer
--   unbound    neither sender nor receiver
--   forbidden  the receiver, and no right to delete
--   stale      p_if_match does not hold
declare
	v_now constant timestamptz := statement_timestamp();
	v_row record;
begin
	if num_nulls(p_key, p_claim) > 0 then
		raise null_value_not_allowed
		    using message = 'mailbox_delete: an argument is null';
	end if;
	for v_turn in 1 .. 100 loop
		update relay.mailbox as m
		set sender = null,
		    receiver = null,
		    created_by = null,
		    rights = null,
		    expires_at = v_now + interval '1 hour',
		    version = null,
		    recent = null,
		    payload = null,
		    display = null,
		    sender_token = null,
		    receiver_token = null
		where m.row_key = p_key
		and m.expires_at > v_now
		and (m.sender = p_claim
		    or (m.receiver = p_claim and m.rights & 4 <> 0))
		and (p_if_match is null or m.version = any (p_if_match));
		if found then
			outcome := 'ok';
			return;
		end if;
		select m.sender, m.receiver, m.rights, m.version into v_row
		from relay.mailbox as m
		where m.row_key = p_key
		and m.expires_at > v_now;
		if not found then
			outcome := 'not_found';
			return;
		elsif v_row.sender is null then
			outcome := 'ended';
			return;
		elsif v_row.sender <> p_claim
		    and v_row.receiver is distinct from p_claim then
			outcome := 'unbound';
			return;
		elsif v_row.sender <> p_claim and v_row.rights & 4 = 0 then
			outcome := 'forbidden';
			return;
		elsif p_if_match is not null
		    and (v_row.version = any (p_if_match)) is not true then
			outcome := 'stale';
			return;
		end if;
		-- Somebody changed the row in between: look again.
	end loop;
	raise serialization_failure
	    using message = 'mailbox_delete: the row keeps changing';
end
$$;

comment on function relay_api.mailbox_delete(uuid, uuid, bigint[]) is
	'DeleteMailbox: ok, not_found, ended, unbound, forbidden, stale.';

commit;
