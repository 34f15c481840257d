REVOKE SELECT ON marts.daily FROM intern;
