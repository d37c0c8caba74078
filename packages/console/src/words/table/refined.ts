/** What stored spans say of an incident. */
export const refined = {
  'refined.title': ['From stored spans', '来自已存储的跨度'],
  'refined.running': ['Looking at stored spans', '正在查看已存储的跨度'],
  'refined.failed': ['Stored spans could not be looked at: {why}', '无法查看已存储的跨度：{why}'],
  'refined.time': ['Traces spend {share} of the added time in {service}, {operation}: {before} → {after} a trace.', '链路增加的时间有 {share} 花在 {service} 的 {operation}：每条链路 {before} → {after}。'],
  'refined.errors': ['{share} of the added errors begin in {service}, {operation}: {before} → {after} of traces.', '新增错误有 {share} 始于 {service} 的 {operation}：占链路 {before} → {after}。'],
  'refined.nothing': ['Traces gained nothing at any one place, or too few of them are stored.', '链路没有在任何一处明显变化，或存储的链路太少。'],
  'refined.calls': ['It is called {before} → {after} times a trace.', '每条链路调用 {before} → {after} 次。'],
  'refined.statement': ['One call of this statement takes {before} → {after}:', '该语句单次调用耗时 {before} → {after}：'],
  'refined.statementNew': ['This statement was not seen before; one call takes {after}:', '该语句此前未出现；单次调用耗时 {after}：'],
  'refined.index': ['Run EXPLAIN on it: does {table} have an index on {columns}?', '对它执行 EXPLAIN：{table} 在 {columns} 上有索引吗？'],
  'refined.against.good': ['What sets the bad calls apart from the good ones ({n} values compared):', '异常调用与正常调用的区别（比较了 {n} 个值）：'],
  'refined.against.before': ['What sets the calls since the onset apart from those before ({n} values compared):', '起始之后的调用与之前的区别（比较了 {n} 个值）：'],
  'refined.value': ['{key} = {value}: {share} of them, {rest} of the others', '{key} = {value}：占前者 {share}，占其余 {rest}'],
  'refined.alike': ['No attribute value sets the bad calls apart: {n} were compared.', '没有任何属性值能区分异常调用：比较了 {n} 个。'],
  'refined.looked': ['Looked at {before} spans before the onset and {after} since, in whole traces ({share} of all since).', '查看了起始之前 {before} 个、之后 {after} 个跨度，均为完整链路（之后的占全部的 {share}）。'],
  'refined.counted': ['Counted {n} spans: {share} of the hour around the onset.', '统计了 {n} 个跨度：占起始前后一小时的 {share}。'],
} as const;
