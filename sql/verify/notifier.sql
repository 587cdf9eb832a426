-- Verify credrelay:notifier on pg

begin;

set local role relay_owner;

do $$
begin
	assert has_schema_privilege('relay_notifier', 'relay_api', 'usage'),
	    'the notifier may use relay_api';
	assert not has_schema_privilege('relay_notifier', 'relay', 'usage'),
	    'and not relay';
end
$$;

rollback;
