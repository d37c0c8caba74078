export const languages = ['en', 'zh'] as const;
export type Language = (typeof languages)[number];
export const languageNames: Readonly<Record<Language, string>> = { en: 'English', zh: '简体中文' };
export const column: Readonly<Record<Language, 0 | 1>> = { en: 0, zh: 1 };
