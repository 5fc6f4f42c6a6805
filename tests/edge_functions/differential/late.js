setTimeout(() => { exports.handler = async () => "late"; }, 1);
