-- Revert credrelay:mailbox_update_many from pg

begin;

set local role relay_owner;

drop function relay_api.mailbox_update_many(uuid[], uuid[], uuid[], bytea[],
	boolean[], bytea[], bytea[]);

commit;
