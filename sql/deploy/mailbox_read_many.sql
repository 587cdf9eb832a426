-- Deploy credrelay:mailbox_read_many to pg
-- requires: mailbox

begin;

set local role relay_owner;

create function relay_api.mailbox_read_many(
	p_keys uuid[],
	p_claims uuid[],
	out outcome text,
	out expires_at timestamptz,
	out version bigint,
	out payload bytea,
	out display bytea,
	out place bigint)
returns setof record
language plpgsql
stable
security definer
rows 10
set search_path = pg_catalog, pg_temp
set plan_cache_mode = force_generic_plan
as $$
-- Of many reads that set no token, of looks of those who wait, and of many
-- previews, all that can be told without a change: most, since who is bound
-- stays so. It writes nothing and locks no row.
--
--   p_keys     one a call
--   p_claims   as many: who reads; null: a preview, which needs no claim
--   place      which of the calls the row answers, from 1; in no order
--
-- A call's outcome is what mailbox_read or mailbox_preview would say, with the
-- same columns; null where mailbox_read would bind the caller: then the call
-- is to be made for itself. What a waiting device has seen is not asked here:
-- where mailbox_check would say unchanged, it is ok.
--
-- The planner takes few calls for so much cheaper than the ten that it would
-- plan for that it would plan anew each time: there is but one plan.
begin
	if num_nulls(p_keys, p_claims) > 0 then
		raise null_value_not_allowed
		    using message = 'mailbox_read_many: an argument is null';
	end if;
	if cardinality(p_keys) <> cardinality(p_claims) then
		raise array_subscript_error
		    using message = 'mailbox_read_many: a claim for each key';
	end if;
	return query
	select case when m.expires_at is null then 'not_found' else m.told end,
	    case when m.told = 'ok' then m.expires_at end,
	    case when m.told = 'ok' and c.claim is not null
		then m.version end,
	    case when m.told = 'ok' and c.claim is not null
		then m.payload end,
	    case when m.told = 'ok' then m.display end,
	    c.place
	from unnest(p_keys, p_claims) with ordinality as c(key, claim, place)
	-- One look for each, and one decision: "offset 0" keeps the planner
	-- from any other join, and from deciding anew for each column.
	left join lateral (
		select m.expires_at, m.version, m.payload, m.display, case
			when c.claim is null then 'ok'
			when c.claim in (m.sender, m.receiver) then
			    case when m.rights & 1 <> 0 then 'ok'
				else 'forbidden' end
			when m.rights & 1 = 0 or m.receiver is not null
			    then 'unbound' end as told
		from relay.mailbox as m
		where m.row_key = c.key
		and (m.expires_at > statement_timestamp()) is true
		and m.sender is not null
		offset 0) as m on true;
end
$$;

revoke all on function relay_api.mailbox_read_many(uuid[], uuid[]) from public;
grant execute on function relay_api.mailbox_read_many(uuid[], uuid[])
	to relay_worker;

comment on function relay_api.mailbox_read_many(uuid[], uuid[]) is
	'Reads that change nothing, looks of who waits, previews: as for each, or null.';

commit;
