/** What a person says of a cause, and how candidates are set against one another. */
export const causeVerdict = {
  'causeVerdict.ask': ['Was this it?', '是这个原因吗？'],
  'causeVerdict.none': ['Nobody has said yet what it was.', '还没有人说明真正的原因。'],
  'causeVerdict.this': ['This was it: {name}', '就是它：{name}'],
  'causeVerdict.that': ['It was something else', '是别的原因'],
  'causeVerdict.said': ['A person said at {time} that it was {name}.', '有人在 {time} 说明原因是 {name}。'],
  'causeVerdict.pick': ['It was', '原因是'],
  'causeVerdict.pickDone': ['That was it', '就是它'],
  'causeVerdict.hosts': ['Machines', '主机'],
  'causeVerdict.told': ['Noted. The answer stays as it was, beside your word.', '已记录。原来的结论保留在您的说明旁边。'],
  'causeVerdict.mark': ['a person: {name}', '人工结论：{name}'],
  'sure.against': ['against it: {what}', '不利证据：{what}'],
  'sure.nothingAgainst': ['nothing speaks against it, but less speaks for it: {n} {n|piece|pieces} of evidence, {best} for the first', '没有不利证据，但有利证据较少：{n} 条，第一位有 {best} 条'],
  'sure.weaker': ['nothing speaks against it, but what speaks for it is weaker', '没有不利证据，但有利证据较弱'],
} as const;
