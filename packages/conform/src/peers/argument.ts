/** Why Clew does as it does where receivers differ, by item. */
const reasons: Readonly<Record<number, string>> = {
};
export const argumentOf = (number: number): string => reasons[number] ?? 'No argument is written yet.';
