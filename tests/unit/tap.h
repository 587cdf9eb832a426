/* tap.h: runs what is to be tested and tells how it went, in TAP. */
#ifndef TAP_H
#define TAP_H

#include <check.h>
#include <stdlib.h>

/* Takes the runner over; what main() is to return. */
static inline int
tap_run(SRunner *runner)
{
	int failed;

	srunner_set_tap(runner, "-");
	srunner_run_all(runner, CK_SILENT);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return (failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE);
}

#endif
