using System.Net;

namespace Shop.Typesense;

/// <summary>A call to Typesense did not succeed.</summary>
public class TypesenseException(string message, Exception? innerException = null) : Exception(message, innerException);

/// <summary>No node answered in as many attempts as there may be: nothing is known of what became of the call.</summary>
public sealed class TypesenseUnreachableException(string message, Exception? innerException = null)
    : TypesenseException(message, innerException);

/// <summary>Typesense answered, and said no.</summary>
public class TypesenseApiException(HttpStatusCode status, string message) : TypesenseException(message)
{
    public HttpStatusCode Status { get; } = status;

    internal static TypesenseApiException Of(HttpStatusCode status, string message) => status switch
    {
        HttpStatusCode.BadRequest => new TypesenseApiBadRequestException(message),
        HttpStatusCode.Unauthorized or HttpStatusCode.Forbidden => new TypesenseApiUnauthorizedException(status, message),
        HttpStatusCode.NotFound => new TypesenseApiNotFoundException(message),
        HttpStatusCode.Conflict => new TypesenseApiConflictException(message),
        HttpStatusCode.UnprocessableEntity => new TypesenseApiUnprocessableEntityException(message),
        HttpStatusCode.ServiceUnavailable => new TypesenseApiServiceUnavailableException(message),
        _ => new TypesenseApiException(status, message),
    };
}

/// <summary>400: the request is malformed, or names a field that is not there.</summary>
public sealed class TypesenseApiBadRequestException(string message)
    : TypesenseApiException(HttpStatusCode.BadRequest, message);

/// <summary>401 or 403: the key is unknown, or may not do this.</summary>
public sealed class TypesenseApiUnauthorizedException(HttpStatusCode status, string message)
    : TypesenseApiException(status, message);

/// <summary>404: no such collection, document, alias, synonym set or key.</summary>
public sealed class TypesenseApiNotFoundException(string message)
    : TypesenseApiException(HttpStatusCode.NotFound, message);

/// <summary>409: it is there already.</summary>
public sealed class TypesenseApiConflictException(string message)
    : TypesenseApiException(HttpStatusCode.Conflict, message);

/// <summary>422: understood, and not possible.</summary>
public sealed class TypesenseApiUnprocessableEntityException(string message)
    : TypesenseApiException(HttpStatusCode.UnprocessableEntity, message);

/// <summary>503: every node that was asked is starting, lagging, or out of room.</summary>
public sealed class TypesenseApiServiceUnavailableException(string message)
    : TypesenseApiException(HttpStatusCode.ServiceUnavailable, message);
