/* seal_point.c: is a device's key for Web Push one at all? */
#include "seal.h"

#include <openssl/ec.h>
#include <openssl/err.h>
#include <openssl/obj_mac.h>

#include "seal_aead.h"

enum { UNCOMPRESSED = 4 }; /* SEC 1, 2.3.3 */

bool
seal_is_point(const unsigned char point[SEAL_POINT_LEN])
{
	static EC_GROUP *p256; /* kept, as fetched algorithms are */
	EC_POINT *p;
	bool on;

	if (point[0] != UNCOMPRESSED)
		return (false);
	if (p256 == NULL)
		p256 = EC_GROUP_new_by_curve_name(NID_X9_62_prime256v1);
	aead_must(p256 != NULL);
	p = EC_POINT_new(p256);
	aead_must(p != NULL);
	on = EC_POINT_oct2point(p256, p, point, SEAL_POINT_LEN, NULL) == 1;
	EC_POINT_free(p);
	ERR_clear_error();
	return (on);
}
