// A module whose second line is no JavaScript.
export const handler = async () => 1 +;
