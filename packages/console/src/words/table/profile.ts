/** A profile as a flame graph. */
export const profile = {
  'profile.title': ['Profile', '性能剖析'],
  'profile.of': ['{type} in {unit}', '{type}，单位 {unit}'],
  'profile.samples': ['{n} {n|sample|samples}', '{n} 个样本'],
  'profile.total': ['{value} in all', '合计 {value}'],
  'profile.graph': ['Flame graph: callers above, callees below. Arrow keys move, Enter zooms, Backspace zooms out.', '火焰图：上方为调用者，下方为被调用者。方向键移动，回车放大，退格缩小。'],
  'profile.all': ['All samples', '全部样本'],
  'profile.frame': ['{name}: {value} of {unit}, {percent}, itself {self}', '{name}：{value} {unit}，占 {percent}，自身 {self}'],
  'profile.hidden': ['{n} {n|frame is|frames are} too narrow to be drawn; zoom in to see them.', '有 {n} 个帧过窄未绘制，放大后可见。'],
  'profile.cut': ['{n} {n|sample|samples} went deeper than the tree holds.', '有 {n} 个样本的调用栈超出树的深度。'],
  'profile.hottest': ['Where it goes', '主要消耗'],
  'profile.function': ['Function', '函数'],
  'profile.self': ['Itself', '自身'],
  'profile.share': ['Share', '占比'],
  'profile.none': ['No sample fits.', '没有符合条件的样本。'],
  'profile.noneNext': ['The profile may have been removed by retention, or has no samples of this span.', '该剖析可能已按保留策略删除，或没有此跨度的样本。'],
  'profile.ofSpan': ['Profiles', '性能剖析'],
} as const satisfies Readonly<Record<string, readonly [string, string]>>;
