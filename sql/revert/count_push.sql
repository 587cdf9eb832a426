-- Revert credrelay:count_push from pg

begin;

set local role relay_owner;

drop function relay.count_push(text, text, bigint);

commit;
