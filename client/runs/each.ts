/** Works on all items, on at most `together` of them at once; answers in their order. Rejects as soon as one does. */
export async function each<A, B>(
  items: readonly A[],
  together: number,
  work: (item: A, index: number) => Promise<B>,
): Promise<B[]> {
  const answers = new Array<B>(items.length);
  let next = 0;
  const worker = async (): Promise<void> => {
    for (let index = next++; index < items.length; index = next++)
      answers[index] = await work(items[index] as A, index);
  };
  await Promise.all(Array.from({ length: Math.min(together, items.length) }, worker));
  return answers;
}
