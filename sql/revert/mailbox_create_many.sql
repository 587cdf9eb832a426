-- Revert credrelay:mailbox_create_many from pg

begin;

set local role relay_owner;

drop function relay_api.mailbox_create_many(uuid[], uuid[], uuid[],
	smallint[], timestamptz[], integer[], integer[], bigint[], bytea[],
	bytea[], bytea[]);

commit;
