/** Looking back on what was stored. */
export const lookBack = {
  'unusual.switch': ['what was unusual', '有何异常'],
  'unusual.title': ['What was unusual', '有何异常'],
  'unusual.looking': ['Looking back…', '正在回看……'],
  'unusual.failed': ['Looking back did not work.', '回看失败。'],
  'unusual.none': ['Nothing stands out.', '没有明显异常。'],
  'unusual.noneLittle': ['Nothing stands out of the {points} points that are stored. Below 700 only what is short and plain is seen.', '存储的 {points} 个点中没有明显异常。少于 700 个点时，只能看出短暂而明显的异常。'],
  'unusual.short': ['Too little is stored to say what is unusual: {points} of the 120 points that it takes, one every {step}.', '存储的数据太少，无法判断：至少需要 120 个点（每 {step} 一个），目前有 {points} 个。'],
  'unusual.someShort': ['{n} {n|series has|series have} too few points to say.', '{n} 条序列的点太少，无法判断。'],
  'unusual.about': ['{points} points since {time} were compared with one another; nothing was set or learnt before.', '将 {time} 以来的 {points} 个点相互比较，无需事先设置或学习。'],
  'unusual.odd': ['odd', '反常'],
  'unusual.very_odd': ['very odd', '很反常'],
  'unusual.extreme': ['extreme', '极反常'],
  'unusual.times': ['Times the score that one point in ten exceeds', '相当于十分之一的点所超过的分数的倍数'],
  'unusual.usually': ['usually {range}', '通常为 {range}'],
  'unusual.gap': ['nothing was reported', '没有上报'],
} as const;
