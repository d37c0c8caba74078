export interface DiffLine { readonly sign: ' ' | '-' | '+'; readonly text: string }

/** Longer texts are compared only where they begin and end: the table of a comparison grows with the product of both. */
const linesMost = 400;

/** What changed from one text to the other, line by line: a longest common subsequence, kept lines first where there is a choice. */
export function lineDiff(from: string, to: string): DiffLine[] {
  const [left, right] = [linesOf(from), linesOf(to)];
  let begin = 0;
  while (begin < Math.min(left.length, right.length) && left[begin] === right[begin]) begin++;
  let end = 0;
  while (end < Math.min(left.length, right.length) - begin && left[left.length - 1 - end] === right[right.length - 1 - end]) end++;
  const same = (lines: readonly string[]): DiffLine[] => lines.map((text) => ({ sign: ' ', text }));
  return [...same(left.slice(0, begin)), ...between(left.slice(begin, left.length - end), right.slice(begin, right.length - end)), ...same(left.slice(left.length - end))];
}

function linesOf(text: string): string[] {
  return text === '' ? [] : text.split('\n');
}

function between(left: readonly string[], right: readonly string[]): DiffLine[] {
  const [removed, added] = [left.map((text): DiffLine => ({ sign: '-', text })), right.map((text): DiffLine => ({ sign: '+', text }))];
  if (left.length === 0 || right.length === 0 || Math.max(left.length, right.length) > linesMost) return [...removed, ...added];
  const width = right.length + 1;
  // Length of the longest common subsequence of what follows each pair of lines.
  const common = new Uint16Array((left.length + 1) * width);
  for (let i = left.length - 1; i >= 0; i--) for (let j = right.length - 1; j >= 0; j--) common[i * width + j] = left[i] === right[j] ? common[(i + 1) * width + j + 1] + 1 : Math.max(common[(i + 1) * width + j], common[i * width + j + 1]);
  const lines: DiffLine[] = [];
  let [i, j] = [0, 0];
  while (i < left.length && j < right.length) {
    if (left[i] === right[j]) {
      lines.push({ sign: ' ', text: left[i] });
      i++;
      j++;
    } else if (common[(i + 1) * width + j] >= common[i * width + j + 1]) lines.push(removed[i++]);
    else lines.push(added[j++]);
  }
  return [...lines, ...removed.slice(i), ...added.slice(j)];
}
