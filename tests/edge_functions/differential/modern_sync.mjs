export const handler = async () => "required";
