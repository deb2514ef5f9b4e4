/** Of one POST, as S3's documentation of it says; larger objects need parts. */
export const MAX_POST_BYTES = 5 * 1024 ** 3;
