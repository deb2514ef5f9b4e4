/**
 * Whether a bucket belongs to somebody else. Names are shared by all accounts, so others have most of them; what stands for these here
 * is one that AWS itself has in each region (Amazon ECR keeps its layers there), and that nobody else may list or write.
 */
export const isOfSomebodyElse = (bucket: string, region: string): boolean =>
  bucket === `prod-${region}-starport-layer-bucket`;
